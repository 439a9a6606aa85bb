import type { LedgerEvent, Release, ReleaseState } from '../release/release.ts';
import type { PipelinePlan } from '../release/pipeline-plan.ts';
import { ownLine } from '../util/terminal-text.ts';
import { tableText } from './table.ts';

const day = (at: string): string => at.slice(0, 16).replace('T', ' ');
const short = (digest: string): string => digest.replace(/^sha256:/, '').slice(0, 12);

/** Releases, the newest first: version, where it stands, when, of which commit. */
export function releasesText(
  states: readonly ReleaseState[],
  others: readonly string[] = [],
): string {
  if (states.length === 0) {
    const there = others.length === 0 ? '' : `; of this repository, ${others.join(', ')} was`;
    return `nothing is released yet: dev release${there}\n`;
  }
  return tableText(
    states.map(({ release: { version, commit }, releasedAt, promotedAt }) => [
      version,
      promotedAt === undefined ? 'integration' : 'release',
      day(promotedAt ?? releasedAt),
      commit.slice(0, 7),
    ]),
  );
}

/** What the ledger says, the newest first. */
export function ledgerText(events: readonly LedgerEvent[]): string {
  if (events.length === 0) return 'the ledger is empty\n';
  const rows = events.map(({ at, kind, release: { version }, by }) => [day(at), kind, version, by]);
  return tableText(rows.reverse());
}

/** Where an image of a release is to be had. */
export function placeOf(
  { registry, project, tag }: Release,
  name: string,
  repository: string,
): string {
  return registry === undefined
    ? `${project}/${name}:${tag}`
    : `${registry}/${repository}/${name}:${tag}`;
}

/** What a release would publish, as far as that is known before. */
interface Planned {
  readonly version: string;
  readonly already: boolean;
  readonly signed: boolean;
  readonly plan: PipelinePlan;
  readonly places: readonly {
    readonly reference: string;
    readonly standing: 'new' | 'there' | 'unknown';
  }[];
}

const STANDINGS = {
  new: '',
  there: 'is there already',
  unknown: 'is there: refused, if what the run makes is something else',
} as const;

/** What would be run first, and what would be published where. */
export function plannedText({ version, already, signed, plan, places }: Planned): string {
  const verb = already ? 'is released already' : `would be released${signed ? ', signed' : ''}`;
  const { steps } = plan;
  const first =
    steps.length === 0
      ? ''
      : `first, ${String(steps.length)} steps of the pipeline\n${tableText(steps.map(({ id, cause }) => [`  ${id.replace(':', ' ')}`, cause]))}`;
  const rows = places.map(({ reference, standing }) => [`  ${reference}`, STANDINGS[standing]]);
  return `${version} ${verb}\n${first}${first === '' ? '' : 'then\n'}${tableText(rows)}`;
}

/** All of one release: image → artifact → commit → base image → checks → who promoted. */
export function releaseText({ release, ...state }: ReleaseState): string {
  const { version, commit, committedAt, images, checks, documents } = release;
  const repository = state.promotedAt === undefined ? 'integration' : 'release';
  const head = tableText([
    ['version', version],
    ['commit', `${commit} (${day(committedAt)})`],
    ['released', `${day(state.releasedAt)} by ${state.releasedBy}`],
    [
      'promoted',
      state.promotedAt === undefined
        ? 'not yet: dev promote'
        : `${day(state.promotedAt)} by ${state.promotedBy ?? ''}`,
    ],
    // Whose name it is, nothing more: `dev release verify` looks whether it is right.
    ...(state.signed?.signatures ?? []).map(({ keyid }) => ['signature', ownLine(keyid)]),
  ]);
  const parts = Object.entries(images).map(([name, image]) => {
    const rows = [
      ['  image', placeOf(release, name, repository)],
      ['  digest', image.digest ?? image.id],
      ['  base', `${image.base.reference} (${short(image.base.id)})`],
      ...image.artifacts.map(({ kind, name: own, digest }) => [
        `  ${kind}`,
        `${own} ${short(digest)}`,
      ]),
    ];
    return `\n${ownLine(name)}\n${tableText(rows)}`;
  });
  const made = checks.map(({ name, madeAt, commit: of }) => [
    `  ${name.replace(':', ' ')}`,
    `${day(madeAt)}, first passed with ${of.slice(0, 7)}`,
  ]);
  const told = Object.entries(documents).map(([name, digest]) => [`  ${name}`, short(digest)]);
  return `${head}${parts.join('')}\nchecks\n${tableText(made)}\ndocuments\n${tableText(told)}`;
}
