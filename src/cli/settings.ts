import type { Command } from 'commander';
import type { Assignment } from '../app/settings.ts';
import type { Failure } from '../events/failure.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

/** What the arguments ask for: values to set, or one key to show. */
interface Asked {
  readonly assignments: readonly Assignment[];
  readonly key: string | undefined;
}

/** `KEY=VALUE …`, `KEY VALUE`, `KEY`, or nothing. */
function parseArguments(words: readonly string[]): Result<Asked, Failure> {
  const [first, second] = words;
  if (first === undefined) return ok({ assignments: [], key: undefined });
  if (!first.includes('=')) {
    if (words.length === 1) return ok({ assignments: [], key: first });
    if (words.length === 2 && second !== undefined) {
      return ok({ assignments: [{ key: first, value: second }], key: undefined });
    }
  }
  const assignments = words.map((word) => {
    const at = word.indexOf('=');
    return { key: word.slice(0, at), value: word.slice(at + 1), right: at > 0 };
  });
  const wrong = assignments.findIndex(({ right }) => !right);
  if (wrong === -1) return ok({ assignments, key: undefined });
  return fail({
    reason: 'usage',
    what: `"${words[wrong] ?? ''}" is no KEY=VALUE`,
    cure: 'Write dev settings modules.api.watch=false',
  });
}

async function act(invocation: Invocation, words: readonly string[]): Promise<number> {
  const { world, globals } = invocation;
  const asked = parseArguments(words);
  if (!asked.ok) return printFailures(invocation, [asked.failure]);
  const { flatSettings, settings, settingsUnder } = await import('../app/settings.ts');
  const { settingsText, settingText } = await import('../views/settings-text.ts');
  const { assignments, key } = asked.value;
  const outcome = await settings({ ...globals, assignments }, world);
  if (!outcome.ok) return printFailures(invocation, outcome.failure);
  const { file, settings: all, notes } = outcome.value;
  if (!globals.quiet) for (const note of notes) world.terminal.stderr.write(`${note}\n`);
  if (assignments.length > 0) {
    const now = flatSettings(all);
    const changed = new Map(assignments.map((one) => [one.key, now.get(one.key) ?? one.value]));
    printResult(invocation, { file, settings: all }, settingsText(changed));
    return 0;
  }
  if (key === undefined) {
    printResult(invocation, { file, settings: all }, settingsText(flatSettings(all)));
    return 0;
  }
  const under = settingsUnder(all, key);
  if (!under.ok) return printFailures(invocation, [under.failure]);
  const only = under.value.get(key);
  const text = only === undefined ? settingsText(under.value) : `${settingText(only)}\n`;
  printResult(invocation, Object.fromEntries(under.value), text);
  return 0;
}

export function declareSettings(program: Command, run: RunUseCase): void {
  program
    .command('settings [KEY=VALUE...]')
    .description('show or change your own settings, comments kept')
    .action((words: string[], _options: unknown, command: Command) =>
      run(command, (invocation) => act(invocation, words)),
    );
}
