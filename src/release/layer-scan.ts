import picomatch from 'picomatch';
import { APP_DIRECTORY, type Module } from '../model/module.ts';
import type { LayerFile } from '../ports/artifact-store.ts';
import {
  holdsInstallersLogin,
  holdsLogin,
  holdsPrivateKey,
  holdsToken,
} from './known-credentials.ts';

/** What a layer is compared with. */
export interface LayerRules {
  readonly module: Pick<Module, 'path' | 'checks' | 'carries'>;
  /** Where it came from: others' published packages hold keys of their tests. */
  readonly kind: 'artifact' | 'dependencies' | 'profiles';
  /** Texts that are in no image: credentials of this machine. */
  readonly secrets: readonly string[];
  /** Paths in the image of packages that only development needs. */
  readonly development: ReadonlySet<string>;
}

/** A file that must not be in an image. */
export interface LayerProblem {
  /** In the image, absolute. */
  readonly path: string;
  /** What is wrong with it: `a private key`. Never the secret itself. */
  readonly what: string;
}

const ENV_FILE = /^\.env(?!.*(?:example|sample|template|dist|defaults?)$)(?:\..+)?$/;
const KEY_FILE = /^id_(?:rsa|dsa|ecdsa|ed25519)$/;
const KEY_STORE = /\.(?:p12|pfx|jks)$/;
/** What a compiler has made into something else. */
const COMPILED_FROM = /\.(?:go|java|kt|rs|c|cc|cpp|cs)$/;

/** Whether a file is written in a language whose programs run without their sources. */
export const isCompiledSource = (path: string): boolean => COMPILED_FROM.test(path);

/** Last part of a path. */
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function secretIn({ name, bytes }: LayerFile, rules: LayerRules): string | undefined {
  if (rules.secrets.some((secret) => bytes.includes(secret))) return 'a credential of this machine';
  const file = nameOf(name);
  const text = (): string => bytes.toString('latin1');
  if (holdsInstallersLogin(name, text)) return 'a login';
  // What a registry gave to everybody is no secret, whatever it looks like.
  if (rules.kind === 'dependencies') return undefined;
  if (holdsLogin(name, text)) return 'a login';
  if (ENV_FILE.test(file) && /^\s*[^#\s]/m.test(text())) return 'an environment file';
  if (KEY_STORE.test(file)) return 'a store of keys';
  if (KEY_FILE.test(file)) return 'a private key';
  if (bytes.includes('PRIVATE KEY') && holdsPrivateKey(text())) return 'a private key';
  return holdsToken(text()) ? 'a token' : undefined;
}

/** TypeScript beside what it was compiled to; declarations are part of that. */
function sourceIn(name: string, all: ReadonlySet<string>, rules: LayerRules): string | undefined {
  if (rules.kind !== 'artifact' || name.split('/').includes('node_modules')) return undefined;
  if (!rules.module.checks.some(({ kind }) => kind === 'compile')) return undefined;
  if (isCompiledSource(name)) return 'a source of what is compiled';
  const script = /^(.*)\.([cm]?)tsx?$/.exec(name);
  if (script === null || /\.d\.[cm]?ts$/.test(name)) return undefined;
  const [, stem = '', flavour = ''] = script;
  return all.has(`${stem}.${flavour}js`) ? 'a source of what is compiled' : undefined;
}

/** The folder of a path that should not be there as a whole, and why. */
function folderIn(
  name: string,
  { development }: LayerRules,
): { readonly folder: string; readonly what: string } | undefined {
  const parts = name.split('/');
  for (const [index, part] of parts.entries()) {
    const folder = parts.slice(0, index + 1).join('/');
    // Of a submodule it is a file.
    if (part === '.git') return { folder, what: 'a git repository' };
    if (development.has(folder)) return { folder, what: 'a dependency of development' };
  }
  return undefined;
}

/** What one layer carries that must not be in an image. Of a folder its first file stands for all. */
export class LayerScan {
  readonly #rules: LayerRules;
  readonly #carried: (path: string) => boolean;
  readonly #names = new Set<string>();
  readonly #problems = new Map<string, LayerProblem>();

  constructor(rules: LayerRules) {
    this.#rules = rules;
    const patterns = [...(rules.module.carries ?? [])];
    this.#carried = patterns.length === 0 ? () => false : picomatch(patterns, { dot: true });
  }

  /** Looks at one file of the layer. */
  add(file: LayerFile): void {
    const { name } = file;
    this.#names.add(name);
    const whole = folderIn(name, this.#rules);
    if (whole !== undefined) {
      this.#tell(name, whole.what, whole.folder);
      return;
    }
    const what = secretIn(file, this.#rules);
    if (what !== undefined) this.#tell(name, what);
  }

  /** All that was found. */
  problems(): readonly LayerProblem[] {
    for (const name of this.#names) {
      const what = sourceIn(name, this.#names, this.#rules);
      if (what !== undefined) this.#tell(name, what);
    }
    return [...this.#problems.values()];
  }

  #tell(name: string, what: string, group = name): void {
    const folder = `${APP_DIRECTORY.slice(1)}/${this.#rules.module.path}/`.replace('/./', '/');
    const own = name.startsWith(folder) ? name.slice(folder.length) : name;
    // A credential of this machine is nobody's to carry.
    if (what !== 'a credential of this machine' && this.#carried(own)) return;
    if (!this.#problems.has(group)) this.#problems.set(group, { path: `/${name}`, what });
  }
}

/** Names of variables whose value is a credential as a whole. */
const CREDENTIAL = /token|secret|password|passwd|_key$|_auth$/i;

/**
 * Credentials among the values of variables: what the name calls so, and passwords in addresses. Short
 * ones would be found everywhere by chance.
 */
export function credentialsIn(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const found = Object.entries(environment).flatMap(([name, value = '']) => {
    const inAddress = [...value.matchAll(/:\/\/[^\s/:@]*:([^\s/@]+)@/g)].map(([, one = '']) => one);
    return [...inAddress, ...(CREDENTIAL.test(name) ? [value] : [])];
  });
  return [...new Set(found.filter((text) => text.length >= 8))];
}
