import { basename, extname, join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { lockfilesOf, type Module } from '../../model/module.ts';
import {
  licenceProbe,
  PROBE_FOLDER,
  PROBED_NAME,
  PROBED_POMS,
} from '../../release/gates/licence-probe.ts';
import { licenceOfText } from '../../release/gates/licence-text.ts';
import { pomLicence, readPoms } from '../../release/gates/pom-licence.ts';
import { ok, type Result } from '../../util/result.ts';
import { baseOf, exportFolder, stageSetting, type PipelineRun } from './run.ts';
import { runStage } from './stages.ts';

/** What downloaded packages of a module say of their licences, by `NAME@VERSION`. */
export interface GatheredLicences {
  /** All Go modules that are part of the program; undefined where it is not written in Go. */
  readonly go: ReadonlyMap<string, string | undefined> | undefined;
  /** Of a package of Maven Central, as far as it was downloaded. */
  readonly maven: (named: string) => string | undefined;
}

const NOTHING: GatheredLicences = { go: undefined, maven: () => undefined };
const TIMEOUT_MS = 300_000;
/** Folder of the tool with the texts of well-known licences. */
const TEXTS = 'licences';

function knownTexts({ files, host }: PipelineRun['world']): ReadonlyMap<string, string> {
  const folder = join(host.toolDirectory, TEXTS);
  return new Map(
    files.list(folder).flatMap((name) => {
      const text = files.read(join(folder, name));
      return text.ok && text.value !== undefined
        ? [[basename(name, extname(name)), text.value] as const]
        : [];
    }),
  );
}

/** Several files are several licences that all count: which one may be chosen, only people can read. */
function goLicences(
  folder: string,
  { world }: PipelineRun,
): ReadonlyMap<string, string | undefined> | undefined {
  const files = world.files.confined(folder);
  const textOf = (...path: readonly string[]): string => {
    const text = files.read(join(folder, ...path));
    return text.ok ? (text.value ?? '') : '';
  };
  if (!files.exists(join(folder, 'list'))) return undefined;
  const known = knownTexts(world);
  return new Map(
    files.list(folder).flatMap((name) => {
      const named = textOf(name, PROBED_NAME);
      if (named === '') return [];
      const texts = files.list(join(folder, name)).filter((one) => one !== PROBED_NAME);
      const licences = texts.map((one) => licenceOfText(textOf(name, one), known));
      const isKnown = licences.length > 0 && licences.every((one) => one !== undefined);
      return [[named, isKnown ? [...new Set(licences)].join(' AND ') : undefined] as const];
    }),
  );
}

/**
 * Asks a module's own tools what it downloaded, in a container as the others of the run. What its lockfile
 * or its installed packages tell needs none.
 */
export async function gatherLicences(
  run: PipelineRun,
  module: Module,
  asked: { readonly licences: boolean },
): Promise<Result<GatheredLicences, Failure>> {
  const probe = licenceProbe(lockfilesOf(module), asked);
  if (probe === undefined) return ok(NOTHING);
  const root = run.world.files.realPath(exportFolder(run)) ?? exportFolder(run);
  const folder = join(root, module.path, PROBE_FOLDER);
  const ran = await runStage(
    {
      stage: {
        ...{ name: `licences ${module.name}`, module, image: baseOf(run, module), run: probe },
        // What its lockfile names and an earlier run downloaded may be gone since.
        ...{ network: true, timeoutMs: TIMEOUT_MS },
      },
      ...{ setting: stageSetting(run, module, exportFolder(run)), reason: 'install' },
      step: `licences:${module.name}`,
    },
    run,
  );
  if (!ran.ok) return ran;
  const poms = run.world.files.confined(folder).read(join(folder, PROBED_POMS));
  const read = readPoms(poms.ok ? (poms.value ?? '') : '');
  const gathered = {
    go: goLicences(folder, run),
    maven: (named: string) => pomLicence(named, read),
  };
  const removed = run.world.files.confined(root).remove(folder);
  return removed.ok ? ok(gathered) : removed;
}
