import { shownPlace } from '../../compose/source.ts';
import { nodeAt, plain, stringOf, type MapNode, type Node } from '../../compose/tree.ts';
import { commandOfService } from '../../init/service-command.ts';
import type { Module } from '../../model/module.ts';
import type { Files } from '../../ports/files.ts';
import { switchedOffServices } from '../project/environment.ts';
import type { Prepared } from './prepare.ts';
import type { Definition } from '../project/definition.ts';
import { projectPlaces } from './project-places.ts';
import type { Told } from './tell-once.ts';

/** The project's own file that says it; undefined where the tool, or an entry of the catalogue, does. */
function ownPlace(node: Node | undefined): string | undefined {
  const at = node?.at;
  if (at === undefined || !('source' in at)) return undefined;
  const isCatalogue = /^(?:onestack\/)?compose\/services\//.test(at.source.display);
  return isCatalogue ? undefined : shownPlace(at);
}

const textOf = (node: Node | undefined): string => stringOf(node) ?? '';

/** One service as it is merged: what of it the project's own Compose files say. */
class OwnService {
  readonly #node: MapNode;
  readonly #name: string;

  constructor(name: string, node: MapNode) {
    this.#node = node;
    this.#name = name;
  }

  /** Where a Compose file sets a key; undefined where the tool, or an entry of the catalogue, does. */
  placeOf(key: string): string | undefined {
    return ownPlace(nodeAt(this.#node, [key]));
  }

  /** What `entrypoint` or `command` runs, in one line. */
  text(key: string): string {
    const node = nodeAt(this.#node, [key]);
    const value: unknown = node === undefined ? undefined : plain(node);
    const words = commandOfService({ [key]: value }, undefined) ?? '';
    const text = words.replaceAll(/\s+/g, ' ');
    return text.length > 80 ? `${text.slice(0, 80)}…` : text;
  }

  /** Its image is another one, or its `build:` counts for nothing. */
  image(usual: () => string): readonly string[] {
    const image = this.placeOf('image');
    const build = this.placeOf('build');
    if (image !== undefined) {
      return [`${this.#name}: image ${this.imageName()} (${image}) is used instead of ${usual()}`];
    }
    if (build === undefined) return [];
    return [`${this.#name}: build (${build}) is not used: its image is ${usual()}`];
  }

  imageName(): string {
    return textOf(nodeAt(this.#node, ['image']));
  }

  /** The image of a file below an entry of the catalogue, and what that file wrote for it. */
  underneath(usual: () => string): readonly string[] {
    const image = nodeAt(this.#node, ['image']);
    const [is, was] = [ownPlace(image), ownPlace(image?.over)];
    const unused =
      is === undefined && was !== undefined && textOf(image?.over) !== textOf(image)
        ? [`${this.#name}: image ${textOf(image?.over)} (${was}) is not used: it is ${usual()}`]
        : [];
    if (unused.length === 0 && this.placeOf('build') === undefined) return [];
    const words = ['entrypoint', 'command'].flatMap((key) => {
      const at = this.placeOf(key);
      return at === undefined ? [] : [`\`${this.text(key)}\` (${at})`];
    });
    const run = words.length === 0 ? [] : [`${this.#name}: ${words.join(' with ')} is run in it`];
    return [...unused, ...run];
  }

  command({ run }: Pick<Module, 'run'>, at: () => string): readonly string[] {
    const [entrypoint, command] = [this.placeOf('entrypoint'), this.placeOf('command')];
    if (run === undefined || (entrypoint ?? command) === undefined) return [];
    const own = `\`${run.trim().split('\n')[0] ?? ''}\` (${at()})`;
    const first =
      entrypoint === undefined ? [] : [`\`${this.text('entrypoint')}\` (${entrypoint})`];
    if (command !== undefined) {
      const words = [...first, `\`${this.text('command')}\` (${command})`].join(' with ');
      return [`${this.#name}: ${words} is run instead of ${own}`];
    }
    const words = first.join('');
    return [`${this.#name}: ${words} is started, and given ${own} as its arguments`];
  }
}

/** Whether a ready service runs another image than the catalogue's entry, as a file of the project says. */
export function hasForeignImage(
  name: string,
  { opened, merged }: Pick<Prepared, 'opened' | 'merged'>,
): boolean {
  const node = nodeAt(merged.root, ['services', name]);
  const isReady = opened.project.services.has(name);
  return (
    isReady && node?.kind === 'map' && new OwnService(name, node).placeOf('image') !== undefined
  );
}

/**
 * Where the project's own Compose files and `dev.yaml` say two things of one service: which of them
 * counts, with both places. A Compose file of the project is the upper layer; only a `build:` cannot
 * win, as base images are made by the hierarchy.
 */
export function ownWords(definition: Definition, files: Files): readonly Told[] {
  const { opened, environment } = definition;
  const { project, baked } = opened;
  if (baked !== undefined || project.definedBy === 'compose') return [];
  const off = switchedOffServices(opened);
  const at = projectPlaces(project.root, files);
  const serviceOf = (name: string): OwnService | undefined => {
    const node = nodeAt(environment.written.root, ['services', name]);
    return node?.kind === 'map' && !off.has(name) ? new OwnService(name, node) : undefined;
  };
  const ofModules = project.modules.flatMap((module) => {
    const { name, build } = module;
    const image = build === undefined ? module.image : `that of ${build.dockerfile}`;
    const service = serviceOf(name);
    if (service === undefined) return [];
    const usual = (): string => `${image} (${at('modules', name, 'image')})`;
    const command = service.command(module, () => at('modules', name, 'run'));
    return [...service.image(usual), ...command].map((text) => `module ${text}`);
  });
  const ofServices = [...project.services].flatMap(([name, entry]) => {
    const usual = (): string => `the one of the catalogue’s ${entry} (${at('services', name)})`;
    const service = serviceOf(name);
    return service === undefined ? [] : [...service.image(usual), ...service.underneath(usual)];
  });
  // A line more above it is nothing new.
  return [...ofModules, ...ofServices].map((text) => ({ key: text.replaceAll(/:\d+/g, ''), text }));
}
