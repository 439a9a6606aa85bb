import { expect, it } from 'vitest';
import type { SessionState } from '../../src/state/session-state.ts';
import { tailEvents } from '../support/event-tail.ts';
import { rigForTest } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const FILES = 1_500;
/** Fails unless the module's files are those of one branch, and says which. */
const TEST = [
  'sleep 0.3',
  'count=$(ls src | wc -l)',
  'branch=$(cat src/* 2>/dev/null | sort -u)',
  'echo "tree: $branch $count"',
  '[ "$count:$branch" = "$(cat expected)" ]\n',
].join('\n');

/** A branch has files 0 … N-1, or N … 2N-1, or all over again with other contents. */
function tree(branch: string, from: number): Record<string, string> {
  const names = Array.from({ length: FILES }, (_, index) => `app/src/${String(from + index)}.txt`);
  return {
    ...Object.fromEntries(names.map((name) => [name, `${branch}\n`])),
    'app/expected': `${String(FILES)}:${branch}\n`,
  };
}

it('switches of branches while checks run: the last result is of the last tree', async () => {
  const rig = rigForTest({
    files: {
      'dev.yaml': 'name: branches\nmodules:\n  app: { image: node, test: sh test.sh }\n',
      '.gitignore': '.dev/\ndev.settings.yaml\n',
      'app/test.sh': TEST,
      ...tree('main', 0),
    },
  });
  const git = async (...args: readonly string[]): Promise<void> => {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
    const ran = await rig.run(['git', ...identity, ...args]);
    expect(ran.status, ran.stderr).toBe(0);
  };
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git('commit', '--quiet', '--message=main');
  // Half of the files are others, the other half have other contents.
  await git('switch', '--quiet', '--create', 'other');
  await git('rm', '-r', '--quiet', 'app/src');
  for (const [path, text] of Object.entries(tree('other', FILES / 2))) rig.write(path, text);
  await git('add', '.');
  await git('commit', '--quiet', '--message=other');

  const up = await rig.dev(['up', '--yes', '--detach']);
  expect(up.status, up.stderr).toBe(0);
  const tail = await tailEvents(rig);
  const modules = async (): Promise<SessionState['modules']> => {
    const { stdout } = await rig.dev(['status', '--json']);
    return (JSON.parse(stdout) as Pick<SessionState, 'modules'>).modules;
  };
  rig.write('app/note', 'started\n');
  await tail.next('check-started');
  // Back and forth, faster than the checks; it ends on `other`, then on `main`.
  for (const rounds of [['main', 'other', 'main', 'other'], ['main']]) {
    tail.mark();
    for (const branch of rounds) await git('switch', '--quiet', branch);
    const switchedAt = Date.now();
    const branch = rounds.at(-1) ?? '';
    // What ran in between saw half a tree; what is told from now on is of this one.
    const expected = { outcome: 'passed', tail: [`tree: ${branch} ${String(FILES)}`] };
    const result = await tail.next(
      'check-finished',
      ({ at, outcome }) => at >= switchedAt && outcome === 'passed',
    );
    expect(result).toMatchObject(expected);
    await waitFor('all checks to have ended', async () => {
      const { checks } = (await modules())[0] ?? {};
      return checks?.every(({ queued, running }) => queued === undefined && running === undefined);
    });
    expect((await modules())[0]?.checks[0]?.last).toMatchObject(expected);
  }
});
