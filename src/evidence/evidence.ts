/**
 * What an outcome was found out from: every question that was put to the file system and to the
 * engine, with its answer. Where each gets the same answer again, whoever asks them all comes to the
 * same outcome again; so it need not be worked out.
 *
 * A file's contents are known by its identity: where it is, size, both times, inode. One that changed
 * within a moment before it was looked at could change once more and look the same, as git knows
 * (https://git-scm.com/docs/racy-git): its contents are compared each time.
 */
import { basename, dirname, join, resolve } from 'node:path';
import { isYoung } from '../engine/standing.ts';
import type { ContainerDetail, ContainerSummary, EngineGreeting } from '../ports/engine.ts';
import type { Files } from '../ports/files.ts';
import type { NearEngine } from '../ports/near-world.ts';
import type { PortProbe } from '../ports/port-probe.ts';
import { sha256 } from '../util/sha256.ts';

/** Questions about a path whose answer is compared as it is. */
export const LOOKS = [
  'abandoned',
  'exists',
  'isDirectory',
  'linkTarget',
  'list',
  'mode',
  'modifiedMs',
  'realPath',
  'stat',
] as const;
export type LookKind = (typeof LOOKS)[number];

/** The contents of a file, and how they can be known to be the same. */
export interface ReadAnswer {
  /** Hex sha256; undefined: there was no such file. */
  readonly digest: string | undefined;
  /** Where it is when all links are followed: a link that leads elsewhere may not be followed. */
  readonly place: string;
  /** Undefined: the contents have to be compared. */
  readonly stamp: string | undefined;
}

export interface Evidence {
  /** Epoch milliseconds, before the first question. */
  readonly takenAtMs: number;
  /** Path → its contents. */
  readonly reads: Readonly<Record<string, ReadAnswer>>;
  /** Question → path → answer. */
  readonly looks: Readonly<Partial<Record<LookKind, Readonly<Record<string, string>>>>>;
  /** The project that the engine was asked about, and what it answered: question → digest. */
  readonly project: string;
  readonly engine: Readonly<Record<EngineQuestion, string>>;
  /** Containers that belong to no project were asked for by these labels. */
  readonly labelled?: LabelledAnswer;
  /** Containers that were looked at more closely: id → digest of what was seen. */
  readonly details: Readonly<Record<string, string>>;
  /** Ports of this machine that were asked for. */
  readonly ports: readonly PortAnswer[];
}

/** What files alone had to do with an outcome. */
export type FileEvidence = Pick<Evidence, 'takenAtMs' | 'reads' | 'looks'>;

export interface PortAnswer {
  readonly address: string;
  readonly port: number;
  readonly protocol: Parameters<PortProbe['isFree']>[2];
  readonly isFree: boolean;
}

export interface LabelledAnswer {
  readonly labels: Readonly<Record<string, string>>;
  readonly digest: string;
}

/** The questions to the engine that belong to finding out that there is nothing to do. */
export const ENGINE_QUESTIONS = [
  'greeting',
  'containers',
  'images',
  'volumes',
  'networks',
] as const;
export type EngineQuestion = (typeof ENGINE_QUESTIONS)[number];

/** Coarse file systems count whole seconds, or two. */
const RACY_MS = 2_000;
/** Certificates and the like run out, days before which they are made anew. */
const LASTING_MS = 3_600_000;

/** `undefined` and an empty text are two things. */
export const answerText = (answer: unknown): string =>
  answer === undefined ? '-' : JSON.stringify(answer);

type Looks = Pick<Files, LookKind>;

/** A folder's times change with each file that comes and goes; those who list it ask for its names. */
export function lookAnswer(look: LookKind, path: string, looks: Looks): string {
  if (look !== 'stat') return answerText(looks[look](path));
  const answer = looks.stat(path);
  if (answer?.kind !== 'directory') return answerText(answer);
  const { kind, mode, uid } = answer;
  return answerText({ kind, mode, uid });
}

/** Where a file is when all links are followed, and what tells it from another one there. */
interface Identity {
  readonly place: string;
  /** Undefined: there is nothing. */
  readonly stamp: string | undefined;
  /** Epoch milliseconds. */
  readonly changedAtMs: number;
}

/** Tells files' identities; looks at each folder on the way to them once. */
export class Identities {
  readonly #files: Pick<Files, 'stat' | 'realPath'>;
  readonly #real = new Map<string, string | undefined>();

  constructor(files: Pick<Files, 'stat' | 'realPath'>) {
    this.#files = files;
  }

  of(path: string): Identity {
    const folder = dirname(path);
    const place = `${this.realPath(folder) ?? `? ${folder}`}/${basename(path)}`;
    const found = this.#files.stat(path);
    if (found?.kind !== 'link') {
      return { place, stamp: found?.stamp, changedAtMs: found?.changedAtMs ?? 0 };
    }
    const target = this.#files.realPath(path);
    const there = target === undefined ? undefined : this.#files.stat(target);
    const changedAtMs = Math.max(found.changedAtMs, there?.changedAtMs ?? 0);
    return { place: `${place} → ${target ?? ''}`, stamp: there?.stamp, changedAtMs };
  }

  /** As the file system tells it, which goes through every folder for every path. */
  realPath(path: string): string | undefined {
    const whole = resolve(path);
    if (!this.#real.has(whole)) this.#real.set(whole, this.#findReal(whole));
    return this.#real.get(whole);
  }

  #findReal(path: string): string | undefined {
    const parent = dirname(path);
    if (parent === path) return path;
    const folder = this.realPath(parent);
    if (folder === undefined) return undefined;
    const place = join(folder, basename(path));
    const kind = this.#files.stat(place)?.kind;
    if (kind === undefined) return undefined;
    return kind === 'link' ? this.#files.realPath(place) : place;
  }
}

export const isRacy = (changedAtMs: number, takenAtMs: number): boolean =>
  changedAtMs > takenAtMs - RACY_MS;

/** Of a container's status only what does not pass with time. */
function steady(one: ContainerSummary): unknown {
  const { status, networks, ports, volumes, ...rest } = one;
  return {
    ...rest,
    ended: one.state === 'running' ? undefined : /\((\d+)\)/.exec(status)?.[1],
    isYoung: isYoung(one),
    networks: [...networks].sort(),
    ports: ports.map(answerText).sort(),
    volumes: [...volumes].sort(),
  };
}

/** Lists come in any order. */
export function engineAnswer(answer: unknown): string {
  const lines = Array.isArray(answer)
    ? answer.map((one: unknown) => answerText(one)).sort()
    : [answerText(answer)];
  return sha256(lines.join('\n'));
}

/** @returns undefined for what is not only a matter of these answers, and for no answer. */
export async function askEngine(
  question: EngineQuestion,
  project: string,
  engine: Pick<NearEngine, EngineQuestion>,
): Promise<string | undefined> {
  switch (question) {
    case 'containers': {
      const listed = await engine.containers(project);
      return listed.ok ? containersAnswer(listed.value) : undefined;
    }
    case 'greeting': {
      const greeting = await engine.greeting();
      return greeting.ok ? greetingAnswer(greeting.value) : undefined;
    }
    default: {
      const listed = await engine[question]({});
      return listed.ok ? engineAnswer(listed.value) : undefined;
    }
  }
}

/** Of a version what the engine says with every answer: to look the rest up costs it 25 ms. */
export function greetingAnswer({ version, apiVersion }: EngineGreeting): string {
  return engineAnswer({ version, apiVersion });
}

/** Undefined where one has only just started: how it does is a question of moments. */
export function containersAnswer(containers: readonly ContainerSummary[]): string | undefined {
  if (containers.some(isYoung)) return undefined;
  return engineAnswer(containers.map(steady));
}

/** Undefined where how it does may be another thing in a moment. */
export function detailAnswer(detail: ContainerDetail): string | undefined {
  const { state, health } = detail;
  const isSteady = state === 'running' && (health === 'healthy' || health === 'none');
  // Of one that is well the last probes say nothing.
  return isSteady ? sha256(answerText({ ...detail, healthLog: [] })) : undefined;
}

function readHolds(path: string, was: ReadAnswer, files: Files, identities: Identities): boolean {
  const now = identities.of(path);
  if (now.place !== was.place) return false;
  if (was.digest === undefined) return now.stamp === undefined;
  if (was.stamp !== undefined && was.stamp === now.stamp) return true;
  const content = files.digest(path);
  return content.ok && content.value === was.digest;
}

/** Whether each file is as it was. */
export function filesHold(
  { takenAtMs, reads, looks }: FileEvidence,
  files: Files,
  nowMs: number,
): boolean {
  // A clock that was set back tells nothing of what is older.
  if (nowMs < takenAtMs || nowMs > takenAtMs + LASTING_MS) return false;
  const identities = new Identities(files);
  const looking: Looks = { ...files, realPath: (path) => identities.realPath(path) };
  return (
    LOOKS.every((look) =>
      Object.entries(looks[look] ?? {}).every(
        ([path, answer]) => lookAnswer(look, path, looking) === answer,
      ),
    ) && Object.entries(reads).every(([path, read]) => readHolds(path, read, files, identities))
  );
}

type EngineEvidence = 'project' | 'engine' | 'labelled' | 'details';

/** Whether the engine answers each question as it did; they are asked at the same time. */
export async function engineHolds(
  { project, engine, labelled, details }: Pick<Evidence, EngineEvidence>,
  asked: NearEngine,
): Promise<boolean> {
  const closer = detailsHold(details, asked);
  const others = labelled === undefined ? true : labelledHolds(labelled, asked);
  const answers = await Promise.all(
    ENGINE_QUESTIONS.map(async (question) => ({
      question,
      answer: await askEngine(question, project, asked),
    })),
  );
  const isSame = answers.every(({ question, answer }) => answer === engine[question]);
  return (await others) && (await closer) && isSame;
}

/** Whether each port is as free or taken as it was; they are asked at the same time. */
export async function portsHold(
  ports: Evidence['ports'],
  probe: Pick<PortProbe, 'isFree'>,
): Promise<boolean> {
  const answers = await Promise.all(
    ports.map(
      async ({ address, port, protocol, isFree }) =>
        (await probe.isFree(address, port, protocol)) === isFree,
    ),
  );
  return answers.every(Boolean);
}

async function labelledHolds(
  { labels, digest }: LabelledAnswer,
  asked: Pick<NearEngine, 'labelledContainers'>,
): Promise<boolean> {
  const listed = await asked.labelledContainers(labels);
  return listed.ok && containersAnswer(listed.value) === digest;
}

async function detailsHold(
  details: Evidence['details'],
  asked: Pick<NearEngine, 'inspect'>,
): Promise<boolean> {
  const answers = await Promise.all(
    Object.entries(details).map(async ([id, digest]) => {
      const answer = await asked.inspect(id);
      return answer.ok && detailAnswer(answer.value) === digest;
    }),
  );
  return answers.every(Boolean);
}
