import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ownName } from './own-run.ts';
import { createWorld } from '../../src/adapters/world.ts';
import { buildImages, listBaseImages, type BuildRequest } from '../../src/engine/build-images.ts';
import type { Failure } from '../../src/events/failure.ts';
import { loadHierarchy, type Hierarchy } from '../../src/images/hierarchy.ts';
import { planBuilds } from '../../src/images/plan.ts';
import type { ImageSummary } from '../../src/ports/engine-resources.ts';
import type { World } from '../../src/ports/world.ts';
import type { Result } from '../../src/util/result.ts';
import { removeLeftovers } from './engine-leftovers.ts';
import { REPOSITORY } from './rig.ts';
import { runProgram } from './run-program.ts';

/** A folder with base images of its own, on the real engine. */
export interface ImageLab {
  /** Unique: a prefix for names of images, and the project's name. */
  readonly name: string;
  /** Absolute. */
  readonly root: string;
  readonly world: World;
  write(path: string, text: string): void;
  hierarchy(): Hierarchy;
  /** `child: Dockerfile changed`, for each build that these images need now. */
  plan(...names: readonly string[]): Promise<readonly string[]>;
  build(
    names: readonly string[],
    more?: Partial<BuildRequest>,
  ): Promise<Result<void, readonly Failure[]>>;
  /** What the engine has of these images. */
  present(): Promise<readonly ImageSummary[]>;
  /** Runs the program in a container of the image's current version. Returns what it printed. */
  run(image: string, ...argv: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

export function value<T>(result: Result<T, Failure | readonly Failure[]>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure, null, 2));
  return result.value;
}

export function createImageLab(): ImageLab {
  const name = ownName();
  const root = mkdtempSync(join(tmpdir(), `${name}-`));
  const world = createWorld(REPOSITORY, 'test');
  const hierarchy = (): Hierarchy =>
    value(loadHierarchy({ files: world.files, projectRoot: root, toolDirectory: REPOSITORY }));
  const all = async (): Promise<readonly ImageSummary[]> =>
    value(await listBaseImages(await world.engine()));
  const present = async (): Promise<readonly ImageSummary[]> =>
    (await all()).filter(({ labels }) => labels['dev.onestack.image']?.startsWith(name));
  const builds = async (names: readonly string[]) => planBuilds(names, hierarchy(), await all());
  return {
    name,
    root,
    world,
    hierarchy,
    present,
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    plan: async (...names) =>
      (await builds(names)).map(({ image, cause }) => `${image.name}: ${cause}`),
    build: async (names, more) =>
      buildImages(await builds(names), {
        hierarchy: hierarchy(),
        engine: await world.engine(),
        processes: world.processes,
        clock: world.clock,
        report: () => undefined,
        parallel: 2,
        environment: process.env,
        // The same in each run: what was downloaded once is there.
        namespaces: { tool: 'ostest', project: 'ostest' },
        context: 'default',
        files: world.files,
        folder: join(root, '.builds'),
        ...more,
      }),
    async run(image, ...argv) {
      const reference = hierarchy().get(image)?.reference ?? image;
      const done = await runProgram(['docker', 'run', '--rm', reference, ...argv]);
      if (done.status !== 0) throw new Error(`${argv.join(' ')}: ${done.stdout}${done.stderr}`);
      return done.stdout;
    },
    async remove() {
      const references = (await present()).flatMap(({ id, tags }) => (tags.length ? tags : [id]));
      if (references.length > 0) await runProgram(['docker', 'rmi', '--force', ...references]);
      await removeLeftovers(name);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
