import { licenceNamed } from './licence-names.ts';
import { xmlDecoded } from './xml-tags.ts';

/** What a POM says of itself. */
export interface PomFacts {
  /** `org.slf4j:slf4j-api`. */
  readonly name: string;
  readonly version: string;
  /** `NAME@VERSION` of its parent, which says what it does not say itself. */
  readonly parent: string | undefined;
  /** Several are to choose from. */
  readonly licences: readonly string[];
}

const tag = (name: string, text: string): string | undefined => {
  const inner = new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(text)?.[1];
  return inner === undefined ? undefined : xmlDecoded(inner);
};
const block = (name: string, text: string): string =>
  new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(text)?.[1] ?? '';

/** Reads a POM; undefined for what is none. */
export function pomFacts(text: string): PomFacts | undefined {
  const plain = text.replace(/<!--[\s\S]*?-->/g, '');
  const above = block('parent', plain);
  // What stands before other blocks is the project's own.
  const own = plain
    .replace(/<parent>[\s\S]*?<\/parent>/, '')
    .replace(/<(dependencyManagement|dependencies|build|profiles|reporting)>[\s\S]*?<\/\1>/g, '');
  const group = tag('groupId', own) ?? tag('groupId', above);
  const artifact = tag('artifactId', own);
  const version = tag('version', own) ?? tag('version', above);
  if (group === undefined || artifact === undefined || version === undefined) return undefined;
  const names = [...block('licenses', own).matchAll(/<license>([\s\S]*?)<\/license>/g)].flatMap(
    ([, inner = '']) => tag('name', inner) ?? [],
  );
  const parent =
    above === ''
      ? undefined
      : `${tag('groupId', above) ?? ''}:${tag('artifactId', above) ?? ''}@${tag('version', above) ?? ''}`;
  return { name: `${group}:${artifact}`, version, parent, licences: names.map(licenceNamed) };
}

/** How far up parents are asked. */
const PARENTS = 10;

/**
 * The licence of a package, by its own POM or the nearest parent that says one.
 * @param poms by `NAME@VERSION`, as `named` is.
 */
export function pomLicence(named: string, poms: ReadonlyMap<string, PomFacts>): string | undefined {
  let at: string | undefined = named;
  for (let up = 0; up < PARENTS && at !== undefined; up += 1) {
    const pom: PomFacts | undefined = poms.get(at);
    if (pom === undefined) return undefined;
    if (pom.licences.length > 0) return pom.licences.join(' OR ');
    at = pom.parent;
  }
  return undefined;
}

/** POMs by `NAME@VERSION`, out of a text with all of them, one after the other. */
export function readPoms(text: string): ReadonlyMap<string, PomFacts> {
  const poms = text.split('</project>').flatMap((one) => pomFacts(one) ?? []);
  return new Map(poms.map((pom) => [`${pom.name}@${pom.version}`, pom]));
}
