import type { Command } from 'commander';
import type { Assignment, SettingsOutcome } from '../app/settings.ts';
import type { Failure } from '../events/failure.ts';
import { flattened } from '../util/flattened.ts';
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
    return { key: word.slice(0, at).trim(), value: word.slice(at + 1).trim(), right: at > 0 };
  });
  const wrong = assignments.findIndex(({ right }) => !right);
  if (wrong === -1) return ok({ assignments, key: undefined });
  return fail({
    reason: 'usage',
    what: `"${words[wrong] ?? ''}" is no KEY=VALUE`,
    cure: 'Write dev settings modules.api.watch=false',
  });
}

/** Without words a person on a terminal chooses; anybody else reads them all. */
function asksWhat({ globals, world: { terminal } }: Invocation): boolean {
  const isWatched = terminal.interactive && terminal.stdout.isTty;
  return isWatched && !globals.json && !globals.quiet && !globals.dryRun;
}

/** Lets the person change one setting after the other, until there is enough. */
async function choose(invocation: Invocation, first: SettingsOutcome): Promise<number> {
  const { world, globals } = invocation;
  const { prompts, stderr } = world.terminal;
  const { settings } = await import('../app/settings.ts');
  const { settingChoices, settingQuestion, valueChoices } =
    await import('../views/settings-choices.ts');
  const { settingText } = await import('../views/settings-text.ts');
  let now = first;
  for (;;) {
    const chosen = await prompts.search('Which setting?', settingChoices(now.described));
    if (!chosen.ok) return printFailures(invocation, [chosen.failure]);
    const setting = chosen.value;
    if (setting === undefined) return 0;
    const set = (value: string) =>
      settings({ ...globals, assignments: [{ key: setting.key, value }] }, world);
    const value =
      setting.values.length > 0
        ? await prompts.select(settingQuestion(setting), valueChoices(setting))
        : await prompts.text(settingQuestion(setting), settingText(setting.value), async (text) => {
            const tried = await settings(
              {
                ...{ ...globals, dryRun: true },
                assignments: [{ key: setting.key, value: text }],
              },
              world,
            );
            return tried.ok ? undefined : (tried.failure[0]?.what ?? '');
          });
    if (!value.ok) return printFailures(invocation, [value.failure]);
    const changed = await set(value.value);
    if (!changed.ok) return printFailures(invocation, changed.failure);
    for (const note of changed.value.notes) stderr.write(`${note}\n`);
    now = changed.value;
  }
}

async function act(invocation: Invocation, words: readonly string[]): Promise<number> {
  const { world, globals } = invocation;
  const asked = parseArguments(words);
  if (!asked.ok) return printFailures(invocation, [asked.failure]);
  const { settings, settingsUnder } = await import('../app/settings.ts');
  const { settingsText, settingText } = await import('../views/settings-text.ts');
  const { assignments, key } = asked.value;
  const outcome = await settings({ ...globals, assignments }, world);
  if (!outcome.ok) return printFailures(invocation, outcome.failure);
  const { file, settings: all, notes } = outcome.value;
  if (!globals.quiet) for (const note of notes) world.terminal.stderr.write(`${note}\n`);
  if (assignments.length > 0) {
    const now = flattened(all);
    const changed = new Map(assignments.map((one) => [one.key, now.get(one.key) ?? one.value]));
    printResult(invocation, { file, settings: all }, settingsText(changed));
    return 0;
  }
  if (key === undefined && asksWhat(invocation)) return choose(invocation, outcome.value);
  if (key === undefined) {
    printResult(invocation, { file, settings: all }, settingsText(flattened(all)));
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
