/**
 * Looks on while something is found out, and notes down the questions with their answers. Whatever
 * does more than ask, or asks what cannot be asked again cheaply, spoils it: then there is no evidence.
 */
import type { Failure } from '../events/failure.ts';
import type { Note, Report } from '../events/progress.ts';
import type { Answer, Engine } from '../ports/engine.ts';
import type { Files } from '../ports/files.ts';
import type { PortProbe } from '../ports/port-probe.ts';
import type { World } from '../ports/world.ts';
import type { Result } from '../util/result.ts';
import {
  answerText,
  containersAnswer,
  detailAnswer,
  ENGINE_QUESTIONS,
  engineAnswer,
  greetingAnswer,
  Identities,
  isRacy,
  LOOKS,
  lookAnswer,
  type EngineQuestion,
  type Evidence,
  type FileEvidence,
  type LabelledAnswer,
  type LookKind,
  type PortAnswer,
  type ReadAnswer,
} from './evidence.ts';
import { sha256 } from '../util/sha256.ts';

export interface Gathering {
  /** The same world, whose answers are noted. */
  readonly world: World;
  /** Notes are kept, to be told again; whatever else is told is work, of which there is no evidence. */
  readonly report: Report;
  /** What was told on the way, in order. */
  readonly told: readonly Note[];
  /** Undefined where something was done, or asked whose answer cannot be compared. */
  evidence(): Evidence | undefined;
  /** The same of an outcome that no engine and no port had to do with. */
  fileEvidence(): FileEvidence | undefined;
}

class Notes {
  readonly reads = new Map<string, ReadAnswer>();
  readonly looks: Readonly<Record<LookKind, Map<string, string>>> = {
    abandoned: new Map(),
    exists: new Map(),
    isDirectory: new Map(),
    linkTarget: new Map(),
    list: new Map(),
    mode: new Map(),
    modifiedMs: new Map(),
    realPath: new Map(),
    stat: new Map(),
  };
  readonly engine = new Map<EngineQuestion, string>();
  readonly details = new Map<string, string>();
  readonly ports = new Map<string, PortAnswer>();
  readonly takenAtMs: number;
  project: string | undefined;
  labelled: LabelledAnswer | undefined;
  /** More than questions that can be asked again. */
  isSpoilt = false;

  constructor(takenAtMs: number) {
    this.takenAtMs = takenAtMs;
  }

  /** Two answers to one question: it changed meanwhile. */
  note<K, V>(into: Map<K, V>, key: K, answer: V): void {
    if (into.has(key) && answerText(into.get(key)) !== answerText(answer)) this.isSpoilt = true;
    into.set(key, answer);
  }
}

/** Whatever does something besides answering. */
const doingWith =
  (notes: Notes) =>
  <A extends readonly unknown[], T>(act: (...args: A) => T) =>
  (...args: A): T => {
    notes.isSpoilt = true;
    return act(...args);
  };

/** Notes what is read, by the identity from before: what is written in between is another file. */
function notingReads(files: Files, notes: Notes): Pick<Files, 'read' | 'readBytes' | 'digest'> {
  const noted = <T>(
    path: string,
    read: () => Result<T | undefined, Failure>,
    digestOf: (content: T) => string,
  ): Result<T | undefined, Failure> => {
    const { place, stamp, changedAtMs } = new Identities(files).of(path);
    const answer = read();
    if (answer.ok) {
      notes.note(notes.reads, path, {
        digest: answer.value === undefined ? undefined : digestOf(answer.value),
        place,
        stamp: isRacy(changedAtMs, notes.takenAtMs) ? undefined : stamp,
      });
    } else {
      notes.isSpoilt = true;
    }
    return answer;
  };
  return {
    read: (path) => noted(path, () => files.read(path), sha256),
    readBytes: (path) => noted(path, () => files.readBytes(path), sha256),
    digest: (path) => noted(path, () => files.digest(path), String),
  };
}

function notingFiles(files: Files, notes: Notes): Files {
  const noted = (look: LookKind, path: string): void => {
    const found = look === 'stat' ? files.stat(path) : undefined;
    // A file that could change once more and look the same.
    if (found?.kind === 'file' && isRacy(found.changedAtMs, notes.takenAtMs)) notes.isSpoilt = true;
    notes.note(notes.looks[look], path, lookAnswer(look, path, files));
  };
  const looking =
    <T>(look: LookKind, ask: (path: string) => T) =>
    (path: string): T => {
      noted(look, path);
      return ask(path);
    };
  const doing = doingWith(notes);
  return {
    ...notingReads(files, notes),
    abandoned: looking('abandoned', (path) => files.abandoned(path)),
    exists: looking('exists', (path) => files.exists(path)),
    isDirectory: looking('isDirectory', (path) => files.isDirectory(path)),
    linkTarget: looking('linkTarget', (path) => files.linkTarget(path)),
    list: looking('list', (path) => files.list(path)),
    entries: doing((path: string) => files.entries(path)),
    mode: looking('mode', (path) => files.mode(path)),
    modifiedMs: looking('modifiedMs', (path) => files.modifiedMs(path)),
    realPath: looking('realPath', (path) => files.realPath(path)),
    stat: looking('stat', (path) => files.stat(path)),
    writeAtomic: doing((...args: Parameters<Files['writeAtomic']>) => files.writeAtomic(...args)),
    makeDirectory: doing((...args: Parameters<Files['makeDirectory']>) =>
      files.makeDirectory(...args),
    ),
    remove: doing((path: string) => files.remove(path)),
    rename: doing((from: string, to: string) => files.rename(from, to)),
    setMode: doing((path: string, mode: number) => files.setMode(path, mode)),
    confined: (root) => notingFiles(files.confined(root), notes),
  };
}

/** Notes the answers to the few questions that can be asked again; whatever else is asked spoils. */
function notingEngine(engine: Engine, notes: Notes): Engine {
  const noted = async <T>(
    question: EngineQuestion,
    isAsked: boolean,
    answer: Answer<T>,
    digestOf: (value: T) => string | undefined,
  ): Answer<T> => {
    const given = await answer;
    const digest = given.ok && isAsked ? digestOf(given.value) : undefined;
    if (digest === undefined) notes.isSpoilt = true;
    else notes.note(notes.engine, question, digest);
    return given;
  };
  const isAll = (labels: object): boolean => Object.keys(labels).length === 0;
  return {
    ...spoiling(engine, notes),
    version: () => noted('greeting', true, engine.version(), greetingAnswer),
    containers: (project) => {
      const isAsked = notes.project === undefined || notes.project === project;
      notes.project = project;
      return noted('containers', isAsked, engine.containers(project), containersAnswer);
    },
    labelledContainers: async (labels) => {
      const listed = await engine.labelledContainers(labels);
      const digest = listed.ok ? containersAnswer(listed.value) : undefined;
      const given = digest === undefined ? undefined : { labels, digest };
      const isOther =
        notes.labelled !== undefined && answerText(notes.labelled) !== answerText(given);
      if (given === undefined || isOther) notes.isSpoilt = true;
      else notes.labelled = given;
      return listed;
    },
    inspect: async (id) => {
      const answer = await engine.inspect(id);
      const digest = answer.ok ? detailAnswer(answer.value) : undefined;
      if (digest === undefined) notes.isSpoilt = true;
      else notes.note(notes.details, id, digest);
      return answer;
    },
    images: (labels) => noted('images', isAll(labels), engine.images(labels), engineAnswer),
    volumes: (labels, options) => {
      const isAsked = isAll(labels) && options?.unused !== true;
      return noted('volumes', isAsked, engine.volumes(labels, options), engineAnswer);
    },
    networks: (labels) => noted('networks', isAll(labels), engine.networks(labels), engineAnswer),
  };
}

/** Who has a port is another question: that one spoils. */
function notingPorts(ports: PortProbe, notes: Notes): PortProbe {
  return {
    ...spoiling(ports, notes),
    isFree: async (address, port, protocol) => {
      const isFree = await ports.isFree(address, port, protocol);
      const answer = { address, port, protocol, isFree };
      notes.note(notes.ports, [address, port, protocol].join(' '), answer);
      return isFree;
    },
  };
}

/** Every method of these does something, or asks what is not asked again. */
function spoiling<T extends object>(methods: T, notes: Notes): T {
  const entries = Object.entries(methods).map(([name, method]: [string, unknown]) => [
    name,
    typeof method !== 'function'
      ? method
      : (...args: unknown[]): unknown => {
          notes.isSpoilt = true;
          return Reflect.apply(method, methods, args) as unknown;
        },
  ]);
  // The same names with functions of the same types.
  return Object.fromEntries(entries) as T;
}

export function gather(world: World, report: Report): Gathering {
  const notes = new Notes(world.clock.now());
  const told: Note[] = [];
  const does = doingWith(notes);
  const ofFiles = (): FileEvidence => ({
    takenAtMs: notes.takenAtMs,
    reads: Object.fromEntries(notes.reads),
    looks: Object.fromEntries(LOOKS.map((look) => [look, Object.fromEntries(notes.looks[look])])),
  });
  return {
    told,
    world: {
      ...world,
      files: notingFiles(world.files, notes),
      processes: spoiling(world.processes, notes),
      ports: notingPorts(world.ports, notes),
      engine: async () => notingEngine(await world.engine(), notes),
      compose: does(() => world.compose()),
      live: does(() => world.live()),
      artifacts: does((folder: string) => world.artifacts(folder)),
      loopback: does(() => world.loopback()),
      toolsAgent: does(() => world.toolsAgent()),
      sender: does(() => world.sender()),
    },
    report: (event) => {
      if (event.kind === 'note') told.push(event);
      else notes.isSpoilt = true;
      report(event);
    },
    evidence: () => {
      const { project, isSpoilt } = notes;
      const isWhole = ENGINE_QUESTIONS.every((question) => notes.engine.has(question));
      if (isSpoilt || project === undefined || !isWhole) return undefined;
      return {
        ...ofFiles(),
        project,
        ...(notes.labelled !== undefined && { labelled: notes.labelled }),
        ports: [...notes.ports.values()],
        details: Object.fromEntries(notes.details),
        // Whole, as was looked at above.
        engine: Object.fromEntries(notes.engine) as Record<EngineQuestion, string>,
      };
    },
    fileEvidence: () => {
      const { isSpoilt, engine, details, ports, labelled } = notes;
      const isAboutMore = engine.size + details.size + ports.size > 0 || labelled !== undefined;
      return isSpoilt || isAboutMore ? undefined : ofFiles();
    },
  };
}
