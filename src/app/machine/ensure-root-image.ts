import { pullServiceImage } from '../../engine/pull-image.ts';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import type { MachineFacts } from '../../host/facts.ts';
import { gatherFacts, type GatherWorld } from '../../host/gather.ts';
import {
  bootstrapSteps,
  cleanSteps,
  debootstrapSteps,
  importStep,
  rootOrigin,
  rootPlace,
  slimSteps,
  suiteOf,
} from '../../host/root-image.ts';
import { runSteps } from '../../host/run-steps.ts';
import { type RemedyStep, remedyStepText } from '../../host/steps.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { agreeToSteps } from './agree.ts';

export type RootImageWorld = GatherWorld & Pick<World, 'clock' | 'terminal' | 'locks'>;

export interface RootImageOptions {
  readonly yes: boolean;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

/** How the image came to be there. */
export type RootImageOrigin = 'present' | 'pulled' | 'made';

const LOCK_PATIENCE_MS = 900_000;

/**
 * Makes sure that the engine has the root image. It is pulled; where no registry answers, Debian's
 * is made from the distribution's package mirror under the same name. Two that do this at once do
 * it once; an interrupted run leaves no image, and its folder goes with the next run.
 */
export async function ensureRootImage(
  world: RootImageWorld,
  reference: string,
  options: RootImageOptions,
): Promise<Result<RootImageOrigin, Failure>> {
  const engine = await world.engine();
  const present = await engine.imageId(reference);
  if (!present.ok) return present;
  if (present.value !== undefined) return ok('present');

  const folder = `${world.host.environment['XDG_CACHE_HOME'] ?? `${world.host.home}/.cache`}/onestack`;
  const made = world.files.makeDirectory(folder);
  if (!made.ok) return made;
  const lock = await world.locks.acquire(`${folder}/root-image`, 'make the root image', {
    patienceMs: LOCK_PATIENCE_MS,
    onWait: () =>
      options.report({
        kind: 'note',
        level: 'info',
        text: `waiting for another dev that gets ${reference}`,
      }),
    ...(options.signal !== undefined && { signal: options.signal }),
  });
  if (!lock.ok) return lock;
  try {
    // Whoever had the lock may have brought it.
    const meanwhile = await engine.imageId(reference);
    if (!meanwhile.ok) return meanwhile;
    if (meanwhile.value !== undefined) return ok('present');
    const refusal = await pull(world, reference, options);
    if (refusal === undefined) return ok('pulled');
    if (options.signal?.aborted === true) {
      return fail({ reason: 'interrupted', what: `interrupted while pulling ${reference}` });
    }
    return await make(world, reference, refusal, options);
  } finally {
    await lock.value.release();
  }
}

/** Pulls the image; gives why that failed, undefined when it worked. */
async function pull(
  { clock, processes }: RootImageWorld,
  reference: string,
  { report, signal }: RootImageOptions,
): Promise<string | undefined> {
  const id = `pull ${reference}`;
  const startedAt = clock.steady();
  report({ kind: 'step-started', id, label: id });
  const onProgress = (detail: string): void => report({ kind: 'step-progress', id, detail });
  const refusal = await pullServiceImage({ reference }, { processes, clock, signal, onProgress });
  const durationMs = clock.steady() - startedAt;
  const outcome = refusal === undefined ? 'done' : 'failed';
  report({ kind: 'step-finished', id, label: id, outcome, durationMs });
  return (refusal?.trim().split('\n').at(-1) ?? refusal)?.replace(
    /^Error response from daemon: /,
    '',
  );
}

async function make(
  world: RootImageWorld,
  reference: string,
  refusal: string,
  options: RootImageOptions,
): Promise<Result<RootImageOrigin, Failure>> {
  const suite = suiteOf(reference);
  const failure = { reason: 'image' as const, what: `cannot pull ${reference}`, why: refusal };
  if (suite === undefined) {
    return fail({
      ...failure,
      cure: `Load it another way: docker load, or docker tag … ${reference}`,
    });
  }
  const facts = await gatherFacts(world);
  if (facts.apt === undefined || facts.endpoint.kind === 'elsewhere') {
    return fail({
      ...failure,
      cure:
        `Let the engine reach a registry (its proxy settings?), or make the image on a Debian ` +
        `machine and bring it: docker save ${reference}`,
    });
  }
  if (facts.privilege === 'none') {
    return fail({
      ...failure,
      cure: `dev makes it from Debian's packages when it is run as root or with sudo`,
    });
  }
  return bootstrap(world, { reference, suite, refusal, facts }, options);
}

interface Bootstrap {
  readonly reference: string;
  readonly suite: string;
  readonly refusal: string;
  readonly facts: MachineFacts;
}

async function bootstrap(
  world: RootImageWorld,
  { reference, suite, refusal, facts }: Bootstrap,
  options: RootImageOptions,
): Promise<Result<RootImageOrigin, Failure>> {
  const place = rootPlace(world.host.uid);
  const origin = rootOrigin(facts, suite);
  const mounts = world.files.read('/proc/self/mounts');
  const clean = cleanSteps(place, mountPoints(mounts.ok ? (mounts.value ?? '') : ''));
  const proxy = await aptProxy(world);
  const before: RemedyStep[] = [
    ...debootstrapSteps(facts),
    ...clean,
    ...bootstrapSteps(place, suite, origin, proxy),
  ];
  // As root with everything there, this installs nothing: no question.
  if (facts.privilege !== 'root' || debootstrapSteps(facts).length > 0) {
    const agreed = await agreeToSteps(world, {
      what: `no registry answers (${refusal}), and the image ${reference} is missing`,
      purpose: `To make it from Debian's packages`,
      commands: before.flatMap((step) => remedyStepText(step, facts.privilege)),
      privilege: facts.privilege,
      yes: options.yes,
      reason: 'host',
    });
    if (!agreed.ok) return agreed;
  }
  options.report({
    kind: 'note',
    level: 'info',
    text: `${reference} cannot be pulled (${refusal}); making it from Debian's packages`,
  });
  const run = { ...options, privilege: facts.privilege };
  const installed = await runSteps(world, before, run);
  if (!installed.ok) return installed;
  const rest = [
    ...slimSteps(place, suite, origin, archiveDate(world, place.root)),
    importStep(place, reference, suite),
    ...cleanSteps(place, []),
  ];
  const imported = await runSteps(world, rest, run);
  return imported.ok ? ok('made') : imported;
}

function mountPoints(mounts: string): string[] {
  return mounts.split('\n').flatMap((line) => line.split(' ')[1] ?? []);
}

/** The proxy that apt itself is told to use; debootstrap takes it from the environment. */
async function aptProxy({ host, processes }: RootImageWorld): Promise<Record<string, string>> {
  const own = host.environment['http_proxy'];
  if (own !== undefined && own !== '') return { http_proxy: own };
  const { stdout } = await processes.run([
    'apt-config',
    'dump',
    '--format',
    '%v',
    'Acquire::http::Proxy',
  ]);
  const proxy = stdout.trim();
  return /^https?:\/\//.test(proxy) ? { http_proxy: proxy } : {};
}

/** Seconds since 1970 of the archive's release file, so that the image's dates are the archive's. */
function archiveDate({ files }: RootImageWorld, root: string): number {
  const lists = `${root}/var/lib/apt/lists`;
  const name = files.list(lists).find((each) => /_(In)?Release$/.test(each));
  const text = name === undefined ? undefined : files.read(`${lists}/${name}`);
  const date = /^Date: (.*)$/m.exec(text?.ok === true ? (text.value ?? '') : '')?.[1];
  const milliseconds = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}
