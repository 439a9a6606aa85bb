/**
 * Random edits of a Compose file on the real engine: after `dev up` all is as the file says, by the
 * engine's own inspection, and a second `dev up` has nothing to do.
 */
import { Stack } from './again-rounds.ts';
import { EditedFile } from './edited-file.ts';
import { EditedJudge } from './edited-judge.ts';
import { removeLeftovers } from './engine-leftovers.ts';
import { makeOutside, removeOutside } from './engine-edits.ts';
import { freePort } from './free-port.ts';
import { seeded } from './random.ts';

/** A round after which something was not as the definition says. */
export interface BadEdit {
  readonly round: number;
  readonly edits: readonly string[];
  readonly wrong: readonly string[];
}

/**
 * @param tell told each round.
 * @returns the rounds that were wrong. After one, all is made anew, so that each counts once.
 */
export async function editRounds(
  seed: number,
  rounds: number,
  tell: (line: string) => void = () => undefined,
): Promise<readonly BadEdit[]> {
  const random = seeded(seed);
  const files = { 'src/file': 'x\n', 'two.env': 'OWN_FILE=two\nOWN_MORE="x y"\n' };
  // Of every other campaign one service is a module of a project.
  const hasModule = random.under(2) === 0;
  const project = {
    'dev.yaml':
      'name: NAME\nmodules: { m: { image: node, install: false, run: sleep infinity } }\n',
    'compose/base.yaml': '',
    'm/main.js': '',
  };
  const stack = new Stack(random, { ...files, ...(hasModule && project) });
  const ports = [];
  for (let index = 0; index < 6; index += 1) ports.push(await freePort());
  const file = new EditedFile(random, stack, ports, hasModule);
  const judge = new EditedJudge(file);
  const bad: BadEdit[] = [];
  try {
    await stack.images();
    await makeOutside(stack);
    for (let round = 0; round < rounds; round += 1) {
      const edits: string[] = [];
      const count = round === 0 ? 0 : 1 + random.under(3);
      while (edits.length < count) edits.push(await file.edit());
      file.write();
      await stack.agree();
      const wrong = await wrongAfterUp(stack, judge);
      tell(`${wrong.length === 0 ? 'ok ' : 'BAD'} ${String(round)}: ${edits.join('; ')}`);
      if (wrong.length === 0) continue;
      bad.push({ round, edits, wrong });
      for (const line of wrong) tell(`    ${line}`);
      await stack.plan(true, 0, { recreate: 'all', resetData: 'all' });
    }
  } finally {
    await removeLeftovers(stack.name);
    await removeOutside(stack);
    await stack.remove();
  }
  return bad;
}

async function wrongAfterUp(stack: Stack, judge: EditedJudge): Promise<readonly string[]> {
  const first = await stack.plan(true);
  if (first === undefined) {
    // A volume cannot be changed in place: that is refused, and mended by what the failure says.
    if (!stack.failure.includes('cannot be changed in place')) return [stack.failure];
    const reset = await stack.plan(true, 0, { resetData: 'all' });
    if (reset === undefined) return [`with its data reset: ${stack.failure}`];
  }
  const differences = await judge.differences();
  const again = await stack.plan(true);
  const left = again === undefined ? [stack.failure] : again;
  return [...differences, ...left.map((step) => `a second dev up: ${step}`)];
}
