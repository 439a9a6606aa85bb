import { capabilityNames } from './capabilities.ts';

/**
 * What a program in a container finds around itself: category → name → value. Gathered inside of the
 * running container, by its own user, so that it is what the program sees.
 */
export type Facts = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Script of the tool that prints facts as `category TAB name TAB value` lines. */
export const GATHER_SCRIPT = 'profiles/parity-facts';

/** Names of variables whose values are nobody's business: only whether they are equal is told. */
const SECRET_NAME = /PASS|SECRET|TOKEN|CREDENTIAL|PRIVATE|(?:^|_)KEY(?:$|_)|AUTH/i;
/** A password within an address: `redis://:word@cache`. */
const SECRET_VALUE = /:\/\/[^/\s]*:[^/@\s]+@/;
/** Variables of the container itself, or of the shell that looks. */
const OWN_VARIABLES = new Set(['HOSTNAME', 'PWD', 'OLDPWD', 'SHLVL', '_', 'TERM']);
/** The engine's own, which are as writable as all else is. */
const OWN_MOUNTS = /^\/etc\/(?:hostname|hosts|resolv\.conf)$/;
/** Where a module's code lies: in development, in production. */
const CODE = /(^|[\s=:"'])\/(?:workspace|app)(?=\/|$|[\s:"'])/g;
/** How a module's own command is started: by whatever restarts it or lets it drain, or by a shell alone. */
const STARTER = /(?:\/etc\/onestack\/drain )?\bsh (?:\/etc\/onestack\/run-module|-c) /;

export interface ParseOptions {
  /** The container runs a module: where its code lies is no difference. */
  readonly module: boolean;
  /** It runs as the person at the keyboard: whoever that is, nobody else is the same. */
  readonly person: boolean;
  /** A value that stands for another one without telling it. */
  readonly hash: (value: string) => string;
}

function shownValue(
  category: string,
  name: string,
  value: string,
  { module, person, hash }: ParseOptions,
): string {
  if (category === 'environment' && (SECRET_NAME.test(name) || SECRET_VALUE.test(value))) {
    return `(not shown, ${hash(value)})`;
  }
  if (person && category === 'user') return `the person’s (${value})`;
  if (!module || !['environment', 'process'].includes(category)) return value;
  const placed = value.replaceAll(CODE, '$1<code>');
  return name === 'first process' ? placed.replace(STARTER, '') : placed;
}

/** Reads what the script printed; lines that are none of its own are passed over. */
export function parseFacts(text: string, options: ParseOptions): Facts {
  const facts = new Map<string, Map<string, string>>();
  const add = (category: string, name: string, value: string): void => {
    const named = facts.get(category) ?? new Map<string, string>();
    named.set(name, value);
    facts.set(category, named);
  };
  for (const line of text.split('\n')) {
    const [category = '', name, ...rest] = line.split('\t');
    if (name === undefined || rest.length === 0) continue;
    const value = rest.join('\t').trim();
    if (category === 'environment' && OWN_VARIABLES.has(name)) continue;
    if (category === 'mount' && OWN_MOUNTS.test(name)) continue;
    if (category === 'capability') {
      for (const one of capabilityNames(value)) add(category, one, 'allowed');
    } else add(category, name, shownValue(category, name, value, options));
  }
  return facts;
}

/**
 * Facts about the images of both. That of a module is built upon development's; that of any other
 * service is the same.
 */
export function layerFacts(
  role: 'module' | 'service',
  dev: readonly string[],
  other: readonly string[],
): readonly [Facts, Facts] {
  const shared = dev.filter((layer, index) => other[index] === layer).length;
  const more = role === 'module' ? 0 : Math.max(0, other.length - dev.length);
  const fact = (common: number, own: number): Facts => {
    const text = `${String(common)} in common${own === 0 ? '' : `, ${String(own)} of its own`}`;
    return new Map([['image', new Map([['layers', text]])]]);
  };
  if (shared === dev.length) return [fact(shared, 0), fact(shared, more)];
  return [fact(dev.length, 0), fact(shared, other.length - shared)];
}

/** Both together; the second wins. */
export function joinFacts(one: Facts, other: Facts): Facts {
  return new Map([...one, ...other]);
}
