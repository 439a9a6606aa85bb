import { CONTEXTS, type Context } from '../model/project.ts';
import { policyOf } from '../model/context-policy.ts';

/** Commands that do something else in another context. */
const OF_A_CONTEXT = [
  ...['up', 'down', 'status', 'urls', 'logs', 'dash', 'shell', 'tools', 'run', 'probe', 'watch'],
  ...['check', 'config', 'data', 'clean', 'debug'],
];
const COMMAND = new RegExp(`\\bdev (${OF_A_CONTEXT.join('|')})(?![\\w-])(?! --context)`, 'g');
const NAMED = new RegExp(`--context (?:${CONTEXTS.join('|')})\\b`);

/**
 * A text of ours with the commands in it as they have to be typed to mean the same environment:
 * `dev up --context ci`. A text that says of which context it speaks stays as it is. Pure.
 */
export function commandsInContext(text: string, context: Context): string {
  if (policyOf(context).isMain || NAMED.test(text)) return text;
  return text.replace(COMMAND, `dev $1 --context ${context}`);
}
