import { relative } from 'node:path';
import type { World } from '../../ports/world.ts';
import type { RunMode } from '../../tools/container.ts';
import { folderInside } from '../../tools/places.ts';

/** Variables of our terminal that programs in the container should know. */
const TERMINAL_VARIABLES = ['TERM', 'COLORTERM', 'NO_COLOR'] as const;

/** How to run a program: with a terminal where we have one, in the folder that we stand in. */
export function runMode(
  { terminal, host }: Pick<World, 'terminal' | 'host'>,
  root: string,
): RunMode {
  const environment = TERMINAL_VARIABLES.flatMap((name) => {
    const value = host.environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    tty: terminal.interactive && terminal.stdout.isTty,
    workingDirectory: folderInside(relative(root, host.workingDirectory)),
    environment: Object.fromEntries(environment),
  };
}
