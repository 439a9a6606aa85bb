import type { PlainMapping } from '../model/plain.ts';
import { contextIgnore } from './context-ignore.ts';
import type { ContextEntry } from './context.ts';
import { parseDockerfile, type DockerfileStage } from './dockerfile.ts';
import { imageStages } from './image-stages.ts';

/** `.env`, `.env.local`; not the examples that are there to be copied. */
const ENV_FILE = /^\.env(?!.*(?:example|sample|template|dist|defaults?)$)(?:\..+)?$/;
const KEY_FILE = /^id_(?:rsa|dsa|ecdsa|ed25519)$|\.(?:pem|key|p12|pfx|jks)$/;
const LOGIN_FILE = /^(?:\.npmrc|\.netrc|\.pypirc|\.git-credentials)$/;

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const LOGIN = /_authToken|_password|\bpassword\b|:\/\/[^\s/:@]+:[^\s/@]+@/;
/** What is no text: a store of keys. */
const STORE = /\.(?:p12|pfx|jks)$/;

/** What COPY and ADD take from the context: paths and patterns, as they are written. */
function copiedSources(stage: DockerfileStage): readonly string[] {
  return stage.instructions.flatMap(({ keyword, value }) => {
    if ((keyword !== 'COPY' && keyword !== 'ADD') || /(?:^|\s)--from=/.test(value)) return [];
    const plain = value.replace(/(?:^|\s)--\S+/g, ' ').trim();
    const words = plain.startsWith('[')
      ? [...plain.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? '')
      : plain.split(/\s+/);
    return words.slice(0, -1).filter((word) => !word.startsWith('<<'));
  });
}

function copies(source: string, path: string): boolean {
  const clean = source.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  // A variable may be anything.
  if (clean === '' || clean === '.' || clean.includes('$')) return true;
  return contextIgnore(clean).ignores(path);
}

/**
 * Files with secrets that an image would hold: what its Dockerfile copies of private keys, `.env`
 * files and files with logins. Pure but for `read`, which gives the text of a file of the context.
 */
export function exposedSecrets(
  entries: readonly ContextEntry[],
  dockerfile: string,
  build: PlainMapping,
  read: (path: string) => string | undefined,
): readonly string[] {
  const { target } = build;
  const wanted = typeof target === 'string' ? target : undefined;
  const sources = imageStages(parseDockerfile(dockerfile).stages, wanted).flatMap(copiedSources);
  if (sources.length === 0) return [];
  const isSecret = ({ path, mode }: ContextEntry): boolean => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (mode.startsWith('dir') || path.split('/').includes('node_modules')) return false;
    if (ENV_FILE.test(name)) return /^\s*[^#\s]/m.test(read(path) ?? '');
    if (STORE.test(name)) return true;
    if (KEY_FILE.test(name)) return PRIVATE_KEY.test(read(path) ?? '');
    return LOGIN_FILE.test(name) && LOGIN.test(read(path) ?? '');
  };
  return entries
    .filter((entry) => isSecret(entry) && sources.some((source) => copies(source, entry.path)))
    .map(({ path }) => path);
}
