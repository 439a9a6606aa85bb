import type { CommandDefinition } from '../model/command.ts';
import { HOOK_EVENTS, type HookDefinition } from '../model/hook.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import { parseDuration } from '../util/duration.ts';
import { environmentOf } from './commands.ts';
import type { DefinitionProblems } from './problems.ts';
import type { RawHook, RawProject } from './project-schema.ts';
import { reportService, type KnownNames } from './windows.ts';
import type { YamlPath } from './yaml-source.ts';

/** A migration of much data takes its time. */
const DEFAULT_TIMEOUT_MS = 1_800_000;

interface Known {
  readonly names: KnownNames;
  readonly commands: readonly CommandDefinition[];
}

/** The hooks of a schema-valid `dev.yaml`, in the order in which they run. */
export function hooksOf(
  raw: NonNullable<RawProject['hooks']>,
  known: Known,
  problems: DefinitionProblems,
): readonly HookDefinition[] {
  return HOOK_EVENTS.flatMap((event) => {
    const written = raw[event];
    if (written === undefined) return [];
    const list = Array.isArray(written) ? written : [written];
    return list.flatMap((one, index): readonly HookDefinition[] => {
      const at = ['hooks', event, ...(Array.isArray(written) ? [index] : [])];
      const parts = partsOf(one, at, known, problems);
      if (parts === undefined) return [];
      const { run, in: where, environment, timeoutMs } = parts;
      return [{ event, number: index + 1, run, in: where, environment, timeoutMs }];
    });
  });
}

type Parts = Omit<HookDefinition, 'event' | 'number'>;

function partsOf(
  written: RawHook,
  at: YamlPath,
  known: Known,
  problems: DefinitionProblems,
): Parts | undefined {
  const parts = typeof written === 'string' ? { run: written } : written;
  const { run, command, in: place, environment, timeout = '' } = parts;
  const timeoutMs = parseDuration(timeout) ?? DEFAULT_TIMEOUT_MS;
  if (command !== undefined) {
    const others = { run, in: place, environment };
    const own = Object.entries(others).flatMap(([key, value]) => (value === undefined ? [] : key));
    for (const key of own) {
      problems.atKey([...at, key], {
        what: `${key} stands beside command: ${command}`,
        why: 'the command says itself what runs, and where',
        cure: 'Take one of them away',
      });
    }
    const found = commandOf(command, [...at, 'command'], known, problems);
    return found && { ...found, timeoutMs };
  }
  if (run === undefined) {
    const what = 'this hook says neither run: nor command:';
    problems.at(at, { what, cure: 'Write run: and shell text' });
    return undefined;
  }
  const where = place ?? 'tools';
  if (where !== 'host' && where !== 'tools') {
    reportService(where, [...at, 'in'], known.names, problems);
  }
  return { run, in: where, environment: environmentOf(environment), timeoutMs };
}

function commandOf(
  name: string,
  at: YamlPath,
  { commands }: Known,
  problems: DefinitionProblems,
): Omit<Parts, 'timeoutMs'> | undefined {
  const found = commands.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = commands.map((one) => one.name);
  problems.at(at, {
    what: `there is no command "${name}"`,
    cure:
      names.length === 0
        ? `Write run: ${name} if it is shell text, or define it under commands:`
        : didYouMean(name, names, 'Commands'),
  });
  return undefined;
}
