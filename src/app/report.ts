import { dirname } from 'node:path';
import type { Failure } from '../events/failure.ts';
import { unclaimedPlaces } from '../generate/instance-places.ts';
import { ensurePrivate } from '../generate/private-folder.ts';
import type { World } from '../ports/world.ts';
import { releasesOf } from '../release/release.ts';
import { runState, type ReportData } from '../release/report-data.ts';
import { flakySteps, trendsOf } from '../release/run-trends.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { loadDefinition } from './project/definition.ts';
import { locateRoot } from './project/locate.ts';
import { openProject } from './project/open-project.ts';
import { systemMap } from './report/system-map.ts';
import { readLedger } from './release/ledger.ts';
import { livingRuns, runHistory } from './release/run-history.ts';

type ReportWorld = Pick<
  World,
  'files' | 'host' | 'locks' | 'clock' | 'processes' | 'engine' | 'engineChoice'
>;

/** What can be reported, and where its page lies when nobody says otherwise. */
export interface Reported {
  readonly data: ReportData;
  /** Absolute. */
  readonly place: string;
}

async function definitionOf(
  root: string,
  world: ReportWorld,
): Promise<Pick<ReportData, 'map' | 'problems'> & { readonly project?: string }> {
  const request = { project: root, context: 'dev', write: false } as const;
  const opened = await openProject(request, world, () => undefined);
  const without = (failures: readonly Failure[]) => ({
    map: undefined,
    problems: failures.map(({ what }) => what),
  });
  if (!opened.ok) return without(opened.failure);
  const { project } = opened.value.opened;
  const definition = loadDefinition(opened.value.opened, opened.value.hierarchy, world);
  if (!definition.ok) return { ...without(definition.failure), project: project.name };
  const { document } = definition.value.environment;
  return { project: project.name, map: systemMap(project.modules, document), problems: [] };
}

/** All that is known of a project's runs and releases, and its system; reads, and changes nothing. */
export async function report(
  request: { readonly project: string | undefined },
  world: ReportWorld,
): Promise<Result<Reported, readonly Failure[]>> {
  const root = locateRoot(world, request.project);
  if (!root.ok) return fail([root.failure]);
  const { delivery } = unclaimedPlaces(root.value, world);
  const records = runHistory(delivery, world);
  const living = await livingRuns(records, delivery, world);
  const ledger = await readLedger(root.value, world);
  if (!ledger.ok) return fail([ledger.failure]);
  const { project, ...defined } = await definitionOf(root.value, world);
  const data: ReportData = {
    ...defined,
    project: project ?? records[0]?.project ?? '',
    madeAtMs: world.clock.now(),
    runs: records.map((record) => ({
      record,
      state: runState(record, living),
      trends: trendsOf(record, records),
    })),
    flaky: flakySteps(records),
    releases: releasesOf(ledger.value, project),
  };
  return ok({ data, place: delivery.report });
}

/** Makes sure of the folder that the page lies in by default, which is the person's alone. */
export function ensureReportFolder(
  place: string,
  { files, host }: Pick<World, 'files' | 'host'>,
): Result<void, Failure> {
  const own = dirname(place);
  return ensurePrivate([dirname(dirname(own)), dirname(own), own], files, host.uid);
}
