import { dirname, resolve } from 'node:path';
import { policyOf } from '../../model/context-policy.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import { mountedPaths, readPaths } from '../../plan/mounted-files.ts';
import type { Files } from '../../ports/files.ts';
import type { World } from '../../ports/world.ts';
import { loadDefinition, type Definition } from '../project/definition.ts';
import type { Opened } from '../project/open-project.ts';
import type { DevelopRules } from '../../session/environment.ts';
import { developRules } from './develop-rules.ts';

/** What the session takes from the definition besides its modules. */
export interface DefinitionFacts {
  /**
   * Every file that the definition reads, wherever it lies and whether it is there or not, absolute:
   * what is included and extended, environment files, what containers are given as single files. Of a
   * definition that is wrong, those that were read until then.
   */
  readonly files: readonly string[];
  readonly develop: DevelopRules;
  /** Undefined where it is wrong. */
  readonly definition: Definition | undefined;
}

/** Reads and merges the definition, once. */
export function definitionFacts(
  { opened, hierarchy }: Opened,
  world: Pick<World, 'files' | 'host'>,
): DefinitionFacts {
  const found = new Set<string>();
  const files = recording(world.files, (path) => found.add(path));
  const definition = loadDefinition(opened, hierarchy, { ...world, files });
  for (const { own } of hierarchy.values()) {
    // Code that is copied as a whole is followed as code; its image is made at the next dev up.
    for (const path of own?.named ?? []) found.add(path);
  }
  const { root } = opened.project;
  let develop: DevelopRules = { rules: [], idle: [] };
  if (definition.ok) {
    const { document, order } = definition.value.environment;
    for (const service of Object.keys(mappingAt(document, 'services'))) {
      for (const { path } of mountedPaths(document, service)) found.add(path);
      for (const path of readPaths(document, service)) found.add(resolve(root, path));
    }
    if (policyOf(opened.context).watches) develop = developRules(document, order, files, root);
    for (const path of watchedPaths(document)) {
      for (const link of linksOf(path, root, world.files)) found.add(link);
    }
  }
  const lies = (folder: string, path: string): boolean => path.startsWith(`${folder}/`);
  const read = [...found]
    .filter((path) => !lies(opened.places.dev, path))
    // The tool's own files change with the tool alone.
    .filter((path) => lies(root, path) || !lies(world.host.toolDirectory, path))
    .filter((path) => isLink(path, world.files) || !world.files.isDirectory(path))
    .sort();
  return { files: read, develop, definition: definition.ok ? definition.value : undefined };
}

const isLink = (path: string, files: Pick<Files, 'linkTarget'>): boolean =>
  files.linkTarget(path) !== undefined;

/** Paths of `develop.watch`, absolute, as they are written. */
function watchedPaths(document: PlainMapping): readonly string[] {
  return Object.values(mappingAt(document, 'services')).flatMap((service) => {
    const { watch } = mappingAt(isMapping(service) ? service : {}, 'develop');
    const rules: readonly unknown[] = Array.isArray(watch) ? watch : [];
    return rules.flatMap((rule) => {
      const path = isMapping(rule) ? rule['path'] : undefined;
      return typeof path === 'string' ? [path] : [];
    });
  });
}

/** Links of the project on the way to a path: when one leads elsewhere, other files are meant. */
function linksOf(path: string, root: string, files: Pick<Files, 'linkTarget'>): readonly string[] {
  const links: string[] = [];
  for (let at = path; at.startsWith(`${root}/`); at = dirname(at)) {
    if (isLink(at, files)) links.push(at);
  }
  return links;
}

/** The same files; each text that is read is told. */
function recording(files: Files, onRead: (path: string) => void): Files {
  return new Proxy(files, {
    get: (target, name: keyof Files) => {
      if (name !== 'read') return target[name].bind(target);
      return (path: string) => {
        onRead(path);
        return target.read(path);
      };
    },
  });
}
