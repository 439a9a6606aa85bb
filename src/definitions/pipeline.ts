import { isAbsolute, join, normalize } from 'node:path';
import { withoutOwnVersion } from '../model/image-version.ts';
import type { Module } from '../model/module.ts';
import {
  DEFAULT_SMOKE,
  OWN_STEPS,
  type PipelineDefinition,
  type SmokeDefinition,
  type StageDefinition,
} from '../model/pipeline.ts';
import type { Files } from '../ports/files.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import { parseDuration } from '../util/duration.ts';
import { circles, dependencyOrder } from '../util/graph.ts';
import { environmentOf } from './commands.ts';
import { checkImage } from './image-names.ts';
import type { RawPipeline, RawPipelineStage } from './pipeline-schema.ts';
import type { DefinitionProblems } from './problems.ts';
import { severalOf } from './schema-parts.ts';

const STAGE_TIMEOUT_MS = 600_000;

interface Context {
  readonly root: string;
  readonly files: Pick<Files, 'exists'>;
  /** Those that are right in themselves. */
  readonly modules: readonly Module[];
  /** Of all modules. */
  readonly names: readonly string[];
  /** Not checked when not given. */
  readonly imageNames: readonly string[] | undefined;
}

/** What `dev.yaml` says of the pipeline; stages that could not run are told. */
export function pipelineOf(
  raw: RawPipeline | undefined,
  context: Context,
  problems: DefinitionProblems,
): PipelineDefinition {
  const { smoke, stages = {} } = raw ?? {};
  return { smoke: smokeOf(smoke), stages: stagesOf(stages, context, problems) };
}

function smokeOf(smoke: RawPipeline['smoke']): SmokeDefinition | undefined {
  if (smoke === false) return undefined;
  const timeoutMs = smoke?.timeout === undefined ? undefined : parseDuration(smoke.timeout);
  return {
    timeoutMs: timeoutMs ?? DEFAULT_SMOKE.timeoutMs,
    kill: smoke?.kill ?? DEFAULT_SMOKE.kill,
  };
}

type RawStages = Readonly<Record<string, RawPipelineStage>>;

/** Each after those that it comes after, otherwise as they are written. */
function stagesOf(
  raw: RawStages,
  context: Context,
  problems: DefinitionProblems,
): readonly StageDefinition[] {
  for (const [name, stage] of Object.entries(raw)) {
    reportName(name, problems);
    reportPlace(name, stage, context, problems);
    reportPaths(name, stage, context, problems);
  }
  const after = (name: string): readonly string[] => severalOf(raw[name]?.after);
  reportAfter(raw, problems);
  const names = dependencyOrder(Object.keys(raw), (name) =>
    after(name).filter((one) => Object.hasOwn(raw, one)),
  );
  return names.flatMap((name) => {
    const stage = raw[name];
    return stage === undefined ? [] : [stageOf(name, stage, context.modules)];
  });
}

function stageOf(
  name: string,
  { run, module, image, timeout, network = false, ...raw }: RawPipelineStage,
  modules: readonly Module[],
): StageDefinition {
  const own = modules.find((one) => one.name === module);
  return {
    ...{ name, run, module, network },
    image: own?.image ?? withoutOwnVersion(image ?? ''),
    reads: severalOf(raw.reads).map((path) => normalize(path).replace(/\/+$/, '')),
    after: severalOf(raw.after),
    artifact: severalOf(raw.artifact),
    secrets: severalOf(raw.secrets),
    environment: environmentOf(raw.environment),
    timeoutMs: (timeout === undefined ? undefined : parseDuration(timeout)) ?? STAGE_TIMEOUT_MS,
  };
}

const OWN: readonly string[] = OWN_STEPS;

function reportName(name: string, problems: DefinitionProblems): void {
  if (!OWN.includes(name)) return;
  problems.atKey(['pipeline', 'stages', name], {
    what: `"${name}" cannot be the name of a stage`,
    why: 'the pipeline has a step of its own that is called so',
    cure: 'Choose another name',
  });
}

/** A stage runs in a module, or in an image: one of the two. */
function reportPlace(
  name: string,
  { module, image, reads }: RawPipelineStage,
  { names, imageNames }: Context,
  problems: DefinitionProblems,
): void {
  const at = ['pipeline', 'stages', name];
  if (module === undefined && image === undefined) {
    const what = `the stage ${name} does not say where it runs`;
    problems.atKey(at, { what, cure: 'Give it module: NAME, or image: NAME' });
  }
  if (module !== undefined && image !== undefined) {
    const what = `the stage ${name} has a module and an image`;
    const why = 'in a module it runs in the image of that module';
    problems.at([...at, 'image'], { what, why, cure: 'Take one of the two out' });
  }
  if (module !== undefined && !names.includes(module)) {
    const what = `there is no module ${module}`;
    problems.at([...at, 'module'], { what, cure: didYouMean(module, names, 'modules') });
  }
  if (module !== undefined && reads !== undefined) {
    const what = `the stage ${name} has a module and reads`;
    const why = 'in a module it sees what that sees: its folder, and what it uses';
    problems.atKey([...at, 'reads'], { what, why, cure: 'Take one of the two out' });
  }
  if (image !== undefined) {
    checkImage(
      image,
      { owner: `the stage ${name}`, at: [...at, 'image'] },
      { imageNames },
      problems,
    );
  }
}

/** Paths stay below the folder that they are relative to. */
function reportPaths(
  name: string,
  { reads, artifact }: RawPipelineStage,
  { root, files }: Context,
  problems: DefinitionProblems,
): void {
  for (const [key, written] of Object.entries({ reads, artifact })) {
    severalOf(written).forEach((path, index) => {
      const at = ['pipeline', 'stages', name, key];
      const place = Array.isArray(written) ? [...at, index] : at;
      const leads = isAbsolute(path) || normalize(path).startsWith('..');
      if (leads) {
        const what = `"${path}" leads out of where the stage runs`;
        problems.at(place, { what, cure: 'Write a path below that folder' });
      } else if (key === 'reads' && !files.exists(join(root, path))) {
        const what = `the stage ${name} reads ${path}, which is not there`;
        problems.at(place, { what, cure: 'Mend the path, or take it out' });
      }
    });
  }
}

function reportAfter(raw: RawStages, problems: DefinitionProblems): void {
  const names = Object.keys(raw);
  for (const [name, { after }] of Object.entries(raw)) {
    severalOf(after).forEach((one, index) => {
      if (names.includes(one)) return;
      const at = ['pipeline', 'stages', name, 'after'];
      problems.at(Array.isArray(after) ? [...at, index] : at, {
        what: `the stage ${name} comes after "${one}", which is no stage`,
        cure: didYouMean(one, names, 'Stages are'),
      });
    });
  }
  const known = (name: string): readonly string[] =>
    severalOf(raw[name]?.after).filter((one) => names.includes(one));
  for (const circle of circles(names, known)) {
    const [first = ''] = circle;
    problems.at(['pipeline', 'stages', first, 'after'], {
      what: `stages come after one another in a circle: ${[...circle, first].join(' → ')}`,
      cure: 'Take one of these out of after',
    });
  }
}
