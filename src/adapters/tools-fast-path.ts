/**
 * `dev tools -- CMD` on a running tools container, without reading definitions or asking the engine:
 * what the last `dev tools` remembered still holds, or nothing happens here and the command takes
 * its usual way.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { homedir } from 'node:os';
import { isatty } from 'node:tty';
import { fastRoot } from '../tools/fast-root.ts';
import { folderInside } from '../tools/places.ts';
import { memoryPlace, parseMemory, type ToolsMemory } from '../tools/memory.ts';
import { runOverLink } from './tools-client.ts';
import { linkBySocket } from './tools-link.ts';

function recall(root: string): ToolsMemory | undefined {
  try {
    const host = { home: homedir(), environment: process.env };
    const read = (path: string): string => readFileSync(path, 'utf8');
    const place = memoryPlace(root, host, read);
    return place === undefined ? undefined : parseMemory(read(place));
  } catch {
    return undefined;
  }
}

function holds({ stamps }: ToolsMemory): boolean {
  return stamps.every(
    ({ path, modifiedMs }) =>
      (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) === modifiedMs,
  );
}

/** @returns the program's exit status; undefined when the usual way has to be taken. */
export async function runToolsFast(command: readonly string[]): Promise<number | undefined> {
  // On a terminal the program gets one of its own, which only the engine can give.
  if (isatty(0) && isatty(1)) return undefined;
  const workingDirectory = process.cwd();
  const root = fastRoot(workingDirectory, existsSync, process.env);
  const memory = root === undefined ? undefined : recall(root);
  const [program = ''] = command;
  if (root === undefined || memory === undefined) return undefined;
  if (!holds(memory) || memory.withFacts.includes(program)) return undefined;
  const link = await linkBySocket(memory.socket);
  if (link === undefined) return undefined;
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(130);
      stop.abort();
    });
  }
  const request = {
    argv: command,
    workingDirectory: folderInside(relative(root, workingDirectory)),
  };
  return runOverLink(link, request, () => process, stop.signal);
}
