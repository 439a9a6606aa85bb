import { dirname, isAbsolute, join, relative } from 'node:path/posix';
import { readText, textInput } from './loading.ts';
import type { Loader, Loading } from './loading.ts';
import { overlayService } from '../merge/overlay.ts';
import { isRemoteFile, resolvePaths } from '../merge/paths.ts';
import { applyResets } from '../merge/reset.ts';
import type { ResetMark } from '../merge/reset.ts';
import type { Problems } from '../problems.ts';
import type { Place } from '../source.ts';
import { child, clone, isNull, map, nodeAt, stringOf } from '../tree.ts';
import type { MapNode, Node } from '../tree.ts';

/** The way through `extends` so far, to find cycles. */
type Trail = readonly { readonly file: string; readonly service: string }[];

/** Replaces every `extends` of a document by what it means, in place. */
export function applyExtends(
  path: string,
  tree: MapNode,
  marks: readonly ResetMark[],
  { loading, loader }: { readonly loading: Loading; readonly loader: Loader },
): void {
  const services = child(tree, 'services');
  if (services === undefined || isNull(services)) {
    if (services !== undefined) loading.problems.add('services must be a mapping', services.at);
    return;
  }
  if (services.kind !== 'map') {
    loading.problems.add('services must be a mapping', services.at);
    return;
  }
  const extending = new Extending(path, loading, loader);
  for (const [name, entry] of services.entries) {
    const merged = extending.service(name, services, [], [marks]);
    if (loading.problems.found()) return;
    if (merged !== undefined) entry.value = merged;
  }
}

/** Whether its last step was there before. */
function isCircle(way: Trail): boolean {
  const last = way.at(-1);
  return way
    .slice(0, -1)
    .some(({ file, service }) => file === last?.file && service === last.service);
}

interface Reference {
  readonly service: string;
  readonly file: string | undefined;
  readonly at: Place;
}

class Extending {
  readonly #path: string;
  readonly #loading: Loading;
  readonly #loader: Loader;

  constructor(path: string, loading: Loading, loader: Loader) {
    this.#path = path;
    this.#loading = loading;
    this.#loader = loader;
  }

  /** The service with what it extends; undefined when it is empty or wrong. */
  service(
    name: string,
    services: MapNode,
    trail: Trail,
    marks: readonly (readonly ResetMark[])[],
  ): Node | undefined {
    const { problems } = this.#loading;
    const entry = services.entries.get(name);
    if (entry === undefined || isNull(entry.value)) return undefined;
    const service = entry.value;
    if (service.kind !== 'map') {
      problems.add(`services.${name} must be a mapping`, service.at);
      return undefined;
    }
    const extended = child(service, 'extends');
    if (extended === undefined) return service;
    const reference = referenceOf(extended, problems);
    if (reference === undefined) return undefined;

    const loaded = reference.file === undefined ? { services } : this.#load(reference);
    if (loaded === undefined) return undefined;
    const from = loaded.services;
    const allMarks = loaded.marks === undefined ? marks : [...marks, loaded.marks];
    const file = reference.file ?? this.#path;
    if (!from.entries.has(reference.service)) {
      problems.add(`There is no service "${reference.service}" to extend`, reference.at, {
        why: `services.${name} extends it${reference.file === undefined ? '' : ` from ${reference.file}`}.`,
        cure: `Services there: ${[...from.entries.keys()].join(', ') || 'none'}.`,
      });
      return undefined;
    }
    const way = [...trail, { file, service: name }];
    if (isCircle(way)) {
      const names = way.map((one) => one.service).join(' → ');
      problems.add('Services extend one another in a circle', reference.at, { why: `${names}.` });
      return undefined;
    }
    const base = this.service(reference.service, from, way, allMarks);
    if (problems.found()) return undefined;
    if (base === undefined) return service;
    const source = clone(base) as MapNode;
    const holder = map(source.at, [['services', map(source.at, [[name, source]])]]);
    for (const processed of allMarks) applyResets(holder, processed);
    const remaining = nodeAt(holder, ['services', name]);
    const merged = overlayService(
      remaining?.kind === 'map' ? remaining : source,
      service,
      problems,
    );
    merged.entries.delete('extends');
    services.entries.set(name, { key: entry.key, value: merged });
    return merged;
  }

  #load(
    reference: Reference,
  ): { readonly services: MapNode; readonly marks?: readonly ResetMark[] } | undefined {
    const { problems, folder, display } = this.#loading;
    const file = reference.file ?? '';
    if (isRemoteFile(file)) {
      problems.add(`${file} is not on this machine`, reference.at, {
        why: 'Files from git repositories and registries are not fetched.',
        cure: 'Put a copy of the file into the project.',
      });
      return undefined;
    }
    const path = isAbsolute(file) ? file : join(folder, file);
    const text = readText(path, reference.at, this.#loading);
    if (text === undefined) return undefined;
    const before = map(reference.at);
    const { merged, marks } = this.#loader.file(
      textInput(path, { display: display(path), text }, problems),
      before,
      this.#loading,
      { interpolate: true, extends: false, include: false, validate: false },
    );
    if (problems.found()) return undefined;
    const services = child(merged, 'services');
    if (services?.kind !== 'map') {
      problems.add(`${display(path)} has no services`, reference.at);
      return undefined;
    }
    if (services.entries.has(reference.service)) {
      const inside = relative(folder, dirname(path));
      resolvePaths(merged, { ...this.#loading, folder: inside === '' ? '.' : inside });
    }
    return { services, marks };
  }
}

/** What `extends` names. */
function referenceOf(extended: Node, problems: Problems): Reference | undefined {
  const name = stringOf(extended);
  if (name !== undefined) return { service: name, file: undefined, at: extended.at };
  const service = child(extended, 'service');
  const file = child(extended, 'file');
  const serviceName = stringOf(service);
  if (service === undefined || serviceName === undefined) {
    problems.add('extends needs the name of a service', extended.at, {
      cure: 'Write extends: NAME, or extends: with service: and file:.',
    });
    return undefined;
  }
  if (file === undefined || isNull(file)) {
    return { service: serviceName, file: undefined, at: service.at };
  }
  const path = stringOf(file);
  if (path === undefined) {
    problems.add('The file of extends must be text', file.at);
    return undefined;
  }
  return { service: serviceName, file: path, at: file.at };
}
