import { omit } from '../util/omit.ts';
import type { FoundCode } from './found.ts';
import { reloaderOf } from './node-image.ts';

/** What watches sources; scripts of a package manager are known by what the code found out of them. */
export const RELOADS =
  /\b(?:nodemon|runserver|ts-node-dev|air)\b|\s--?(?:watch|reload|debug|hot)\b|\btsx watch\b|^(?:npm|pnpm|yarn|npx)\b/;

/** Scripts of a package manager by whose names one can tell. */
const WATCHING =
  /^(?:npm|pnpm|yarn|npx)(?: run)? (?:[\w-]+:)*(?:dev|develop|watch|start|serve)(?=[\s:-]|$)/;

/** Whether what a service runs watches, of code that does: its worker or its migrations may not. */
export function watches(run: string | undefined, code: FoundCode): boolean {
  if (code.reloads !== true || run === undefined) return false;
  if (run === code.run || reloaderOf(run) !== undefined) return true;
  return /^(?:npm|pnpm|yarn|npx)\b/.test(run) ? WATCHING.test(run) : RELOADS.test(run);
}

/** Code as a service has it that runs this: what is there for another process of it is left out. */
export function codeOfRun(
  run: string | undefined,
  code: FoundCode,
): Omit<FoundCode, 'calls' | 'production'> {
  const own = omit(code, 'calls', 'production');
  if (watches(run, code)) return own;
  const still = omit(own, 'reloads');
  const { bundle, artifact = [] } = code;
  const isMade = artifact.some((one) => run?.includes(`${one}/`));
  // A file of the sources: nothing is to be made first, and all of them are there.
  return bundle === undefined || isMade ? still : omit(still, 'bundle', 'artifact');
}
