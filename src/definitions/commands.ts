import type { CommandDefinition } from '../model/command.ts';
import type { DefinitionProblems } from './problems.ts';
import type { RawCommand } from './project-schema.ts';
import { reportService, type KnownNames } from './windows.ts';

/** Variables as dev.yaml has them → as programs get them. */
export function environmentOf(
  written: Readonly<Record<string, string | number | boolean>> = {},
): ReadonlyMap<string, string> {
  return new Map(Object.entries(written).map(([key, value]) => [key, String(value)]));
}

/** The commands of a schema-valid `dev.yaml`; a service that there is not is told. */
export function commandsOf(
  raw: Readonly<Record<string, RawCommand>>,
  known: KnownNames,
  problems: DefinitionProblems,
): readonly CommandDefinition[] {
  return Object.entries(raw).map(([name, written]) => {
    const parts = typeof written === 'string' ? { run: written } : written;
    const where = parts.in ?? 'tools';
    if (where !== 'host' && where !== 'tools') {
      reportService(where, ['commands', name, 'in'], known, problems);
    }
    return {
      name,
      run: parts.run,
      in: where,
      about: parts.about,
      environment: environmentOf(parts.environment),
    };
  });
}
