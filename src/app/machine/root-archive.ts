import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import type { MachineFacts } from '../../host/facts.ts';
import {
  bootstrapSteps,
  cleanSteps,
  debootstrapSteps,
  importStep,
  rootOrigin,
  rootPlace,
  slimSteps,
} from '../../host/root-image.ts';
import { runSteps } from '../../host/run-steps.ts';
import { type RemedyStep, remedyStepText } from '../../host/steps.ts';
import type { World } from '../../ports/world.ts';
import type { Result } from '../../util/result.ts';
import { agreeToSteps } from './agree.ts';

export type RootArchiveWorld = Pick<World, 'host' | 'files' | 'processes' | 'clock' | 'terminal'>;

export interface RootImageOptions {
  readonly yes: boolean;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

/** What an image is made of, where it cannot be pulled. */
export interface RootArchive {
  readonly reference: string;
  readonly suite: string;
  /** Why it cannot be pulled. */
  readonly refusal: string;
  readonly facts: MachineFacts;
}

/** Makes the image's file system from packages, and packs it. Needs no engine. */
export async function packArchive(
  { reference, suite, refusal, facts }: RootArchive,
  world: RootArchiveWorld,
  options: RootImageOptions,
): Promise<Result<void, Failure>> {
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
  return runSteps(world, slimSteps(place, suite, origin, archiveDate(world, place.root)), run);
}

/** The engine takes in what was packed; nothing of it is left behind. */
export function importArchive(
  { reference, suite, facts }: RootArchive,
  world: RootArchiveWorld,
  options: RootImageOptions,
): Promise<Result<void, Failure>> {
  const place = rootPlace(world.host.uid);
  const steps = [importStep(place, reference, suite), ...cleanSteps(place, [])];
  return runSteps(world, steps, { ...options, privilege: facts.privilege });
}

function mountPoints(mounts: string): string[] {
  return mounts.split('\n').flatMap((line) => line.split(' ')[1] ?? []);
}

/** The proxy that apt itself is told to use; debootstrap takes it from the environment. */
async function aptProxy({
  host,
  processes,
}: Pick<World, 'host' | 'processes'>): Promise<Record<string, string>> {
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
function archiveDate({ files }: Pick<World, 'files'>, root: string): number {
  const lists = `${root}/var/lib/apt/lists`;
  const name = files.list(lists).find((each) => /_(In)?Release$/.test(each));
  const text = name === undefined ? undefined : files.read(`${lists}/${name}`);
  const date = /^Date: (.*)$/m.exec(text?.ok === true ? (text.value ?? '') : '')?.[1];
  const milliseconds = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}
