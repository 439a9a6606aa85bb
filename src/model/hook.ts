export const HOOK_EVENTS = ['after-reset', 'after-up', 'before-down'] as const;
/**
 * When a hook runs: once after data became new, at the end of every `dev up`, before `dev down`. Of one
 * `dev up`, what fills new data comes first.
 */
export type HookEvent = (typeof HOOK_EVENTS)[number];

/** A command that runs by itself at some event. */
export interface HookDefinition {
  readonly event: HookEvent;
  /** Its place among those of its event, from 1. */
  readonly number: number;
  /** Shell text. */
  readonly run: string;
  /** A service, `tools` (the tools container) or `host`. */
  readonly in: string;
  readonly environment: ReadonlyMap<string, string>;
  /** Past this it is ended and has failed. */
  readonly timeoutMs: number;
}

/** Characters of its text that a message shows. */
const LONGEST = 60;

/** How messages call it: `after-up "npm run migrate" in api`. */
export function hookText({ event, run, in: where }: Pick<HookDefinition, 'event' | 'run' | 'in'>) {
  const [first = '', ...more] = run.trim().split('\n');
  const isWhole = more.length === 0 && first.length <= LONGEST;
  const text = isWhole ? first : `${first.slice(0, LONGEST - 2).trimEnd()} …`;
  return `${event} ${JSON.stringify(text)} ${placeText(where)}`;
}

function placeText(where: string): string {
  if (where === 'host') return 'on this machine';
  return where === 'tools' ? 'in the tools container' : `in ${where}`;
}
