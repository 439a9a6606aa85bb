/**
 * Looks on while something is found out, and notes down the questions with their answers. Whatever
 * does more than ask, or asks what cannot be asked again cheaply, spoils it: then there is no evidence.
 */
import type { Note, Report } from '../events/progress.ts';
import type { World } from '../ports/world.ts';
import { ENGINE_QUESTIONS, type EngineQuestion } from './engine-evidence.ts';
import type { Evidence } from './evidence.ts';
import { LOOKS, type FileEvidence } from './file-evidence.ts';
import { doingWith, Notes, spoiling } from './notes.ts';
import { notingEngine, notingPorts } from './noting-engine.ts';
import { notingFiles } from './noting-files.ts';

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
