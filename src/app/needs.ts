import { join, posix } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import type { Trial } from '../model/open-project.ts';
import type { World } from '../ports/world.ts';
import { committedPaths } from '../release/sources.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { endTrial, TRIAL_CONTEXT, reportWithin } from './smoke/end-trial.ts';
import { layExamples } from './release/lay-examples.ts';
import { inNoCommit } from './release/in-no-commit.ts';
import { exportFolder } from './release/run.ts';
import { keepLogs } from './release/trial-logs.ts';
import { trialName, type NeedsSetting, type ServicesThere } from './release/trials.ts';
import { up } from './up.ts';

/** Where Compose puts a secret that names no place. */
const SECRETS = '/run/secrets';

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** What a module's service is given in this definition: variables, and secrets as files. */
function givenTo(
  module: string,
  document: PlainMapping,
): Pick<ServicesThere, 'environment' | 'mounts'> {
  const service = mappingAt(mappingAt(document, 'services'), module);
  const environment = Object.entries(mappingAt(service, 'environment')).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [[name, String(value)] as const]
      : [],
  );
  const { secrets } = service;
  const mounts = (Array.isArray(secrets) ? secrets : []).flatMap((one: unknown) => {
    const { source, target } = isMapping(one) ? one : { source: one, target: one };
    const name = text(source);
    const file =
      name === undefined ? undefined : mappingAt(mappingAt(document, 'secrets'), name)['file'];
    const host = text(file);
    if (name === undefined || host === undefined) return [];
    return [{ source: host, target: posix.resolve(SECRETS, text(target) ?? name) }];
  });
  return { environment: new Map(environment), mounts };
}

/** The network on which all of them are reached by their names. */
async function commonNetwork(
  instance: string,
  services: readonly string[],
  world: Pick<World, 'engine'>,
): Promise<Result<string, Failure>> {
  const listed = await (await world.engine()).containers(instance);
  if (!listed.ok) return listed;
  const joined = services.map((name) => {
    const found = listed.value.find((one) => one.service === name && !one.oneOff);
    return [...(found?.networks.keys() ?? [])];
  });
  const [first = [], ...others] = joined;
  const common = first.find((name) => others.every((names) => names.includes(name)));
  if (common !== undefined) return ok(common);
  return fail({
    reason: 'definition',
    what: `${services.join(', ')} are on no network together`,
    why: 'a check that needs them runs on one network, where all of them are',
    cure: 'Give them a network in common in the Compose file',
  });
}

function modulesNeeded({ step, module }: NeedsSetting, others: readonly string[]): Failure {
  return {
    reason: 'definition',
    what: `${step.replace(':', ' ')} needs ${others.join(', ')}, which the pipeline has no image of yet`,
    why: 'checks come before images: they can need services, not modules',
    cure: `Take it out of needs of ${module} in dev.yaml; a stage, the smoke test or a probe tries modules together`,
  };
}

function notUp({ step, services }: NeedsSetting, failures: readonly Failure[]): Failure {
  const [first, ...others] = failures;
  if (first === undefined) throw new Error('a failure without a failure');
  if (['interrupted', 'usage', 'no-engine'].includes(first.reason)) return first;
  const detail = [...(first.detail ?? []), ...others.map(({ what }) => what)];
  const what = `${step.replace(':', ' ')} needs ${services.join(', ')}: ${first.what}`;
  return { ...first, what, detail };
}

/**
 * Brings up what a check needs, by the commit's own definition, in networks that lead nowhere and on
 * volumes of their own, and has the check run among it. Afterwards nothing of it is left but its logs.
 */
export async function withServices<T>(
  setting: NeedsSetting,
  work: (there: ServicesThere) => Promise<Result<T, Failure>>,
  world: World,
  { report, signal }: Progress,
): Promise<Result<T, Failure>> {
  const { id, sources, services, module, root, step, images, yes } = setting;
  const trial: Trial = {
    name: trialName(id),
    baked: { commit: sources.commit, images, committed: committedPaths(sources) },
    trustedAs: root,
  };
  const told = reportWithin(report, step);
  const others = services.filter((name) => images.has(name));
  if (others.length > 0) return fail(modulesNeeded(setting, others));
  const laid = layExamples(sources, exportFolder(setting), world, report);
  if (!laid.ok) return laid;
  const started = await up(
    {
      ...{ project: exportFolder(setting), context: TRIAL_CONTEXT, yes, trial, profiles: [] },
      ...{ services, recreate: 'none', resetData: 'none', askedBy: 'person', dryRun: false },
    },
    world,
    { report: told, signal },
  );
  const failed = started.ok ? started.value.failures : started.failure;
  const failures = failed.map((one) => inNoCommit(one, sources, exportFolder(setting)));
  const attempt = async (): Promise<Result<T, Failure>> => {
    if (!started.ok || failures.length > 0) return fail(notUp(setting, failures));
    const { document, opened } = started.value.prepared;
    const network = await commonNetwork(opened.instance, services, world);
    if (!network.ok) return network;
    return work({ network: network.value, ...givenTo(module, document) });
  };
  const outcome = await attempt();
  const place = join(setting.folder, 'logs');
  const logged = await keepLogs(`${trial.name}-${TRIAL_CONTEXT}`, place, world);
  const [left] = await endTrial(exportFolder(setting), world, told);
  if (!outcome.ok || (logged.ok && left === undefined)) return outcome;
  return left === undefined ? (logged.ok ? outcome : logged) : fail(left);
}
