import { beforeAll, describe, expect, it } from 'vitest';
import { rigForSuite } from '../support/rig.ts';
import type { Outcome } from '../support/run-program.ts';

// Each module's command decides by itself how its compile before the start goes.
const DEV_YAML = `name: compiled
modules:
  good:
    image: node
    compile: echo fine
    run: sleep 1d
  bad:
    image: node
    compile: sh wrong.sh
    run: sleep 1d
  watching:
    image: node
    compile: { run: sh watch.sh, daemon: true }
    run: sleep 1d
  endless:
    image: node
    compile: { run: sleep 4751, timeout: 2s }
    run: sleep 1d
`;
const WATCH = `echo 'Starting compilation in watch mode...'
echo 'Found 0 errors. Watching for file changes.'
exec sleep 4752
`;
const WRONG = `yes 'a long line of output' | head -n 1000
echo 'src/a.ts(3,4): error TS1: wrong'
exit 2
`;

const suite = rigForSuite({
  files: {
    'dev.yaml': DEV_YAML,
    'good/a.ts': '',
    'bad/wrong.sh': WRONG,
    'watching/watch.sh': WATCH,
    'endless/a.ts': '',
  },
});

interface Check {
  readonly check: string;
  readonly last?: {
    readonly outcome: string;
    readonly save: number;
    readonly log?: string;
    readonly diagnostics: readonly unknown[];
  };
}

/** What the session knows of each module's compile. */
async function compiles(): Promise<Readonly<Record<string, Check['last']>>> {
  const status = await suite().dev(['status', '--json']);
  // The shape that `dev status --json` promises; the assertions below would notice another one.
  const { modules } = JSON.parse(status.stdout) as {
    readonly modules: readonly { readonly name: string; readonly checks: readonly Check[] }[];
  };
  return Object.fromEntries(modules.map(({ name, checks }) => [name, checks[0]?.last]));
}

describe('what is compiled before containers start', () => {
  let up: Outcome;
  beforeAll(async () => {
    up = await suite().dev(['up', '--yes', '--detach']);
  });

  it('fails for those that do not compile or are not done in time, and all containers start', async () => {
    expect(up.status, suite().transcript()).toBe(1);
    expect(up.stderr).toContain('bad does not compile');
    expect(up.stderr).toContain('error TS1: wrong');
    expect(up.stderr).toContain('endless does not compile');
    expect(up.stderr).toContain('not done after 2 s (timeout)');
    const status = await suite().dev(['status', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({
      services: Array.from({ length: 4 }, () => ({ state: 'running' })),
    });
  });

  it('takes one round of a command that watches by itself, and leaves none of it behind', async () => {
    expect(up.stderr).toContain('✓ compile watching');
    const label = `label=com.docker.compose.project=${suite().name}`;
    const oneOff = 'label=com.docker.compose.oneoff=True';
    const format = ['--format', '{{.Names}}'];
    const left = await suite().run([
      ...['docker', 'ps', '--filter', label, '--filter', oneOff, ...format],
    ]);
    expect(left.stdout).toBe('');
  });

  it('is told by the session as results, with problems and the whole output of a failure', async () => {
    const known = await compiles();
    expect(known).toMatchObject({
      good: { outcome: 'passed', save: 0 },
      watching: { outcome: 'passed' },
      endless: { outcome: 'timed-out' },
      bad: {
        outcome: 'failed',
        exitStatus: 2,
        diagnostics: [{ file: 'bad/src/a.ts', line: 3, column: 4, message: 'wrong' }],
      },
    });
    expect(
      suite()
        .read(known['bad']?.log ?? '')
        .split('\n'),
    ).toHaveLength(1002);
    expect((await suite().dev(['status'])).stdout).toMatch(/bad .*compile ✗/);
  });

  it('is told again when a later dev up compiles, in the session that runs', async () => {
    suite().write('bad/wrong.sh', 'echo right\n');
    suite().write('endless/a.ts', '// so that it is compiled anew\n');
    const again = await suite().dev(['up', 'bad', '--recreate=bad', '--yes', '--detach']);
    expect(again.status, again.stderr).toBe(0);
    expect(await compiles()).toMatchObject({ bad: { outcome: 'passed' } });
  });
});
