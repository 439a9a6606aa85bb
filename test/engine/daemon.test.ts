import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { tailEvents } from '../support/event-tail.ts';
import type { EventTail } from '../support/event-tail.ts';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const TSC = 'node node_modules/typescript/bin/tsc --watch --noEmit -p .';
const GOOD = 'export const one: number = 1;\n';

const suite = rigForSuite({
  files: {
    'dev.yaml': `name: daemon
modules:
  app:
    image: node
    install: false
    lint: { run: ${TSC}, daemon: true }
`,
    'app/tsconfig.json':
      '{ "compilerOptions": { "strict": true, "types": [], "lib": ["es2022"] }, "include": ["src"] }\n',
    'app/src/one.ts': GOOD,
  },
});
let tail: EventTail;

beforeAll(async () => {
  const typescript = 'node_modules/typescript';
  cpSync(join(REPOSITORY, typescript), suite().path(`app/${typescript}`), { recursive: true });
  const up = await suite().dev(['up', '--yes', '--detach']);
  expect(up.status, suite().transcript()).toBe(0);
  tail = await tailEvents(suite());
});

async function inside(script: string): Promise<string> {
  const name = `${suite().name}-app-1`;
  const ran = await suite().run(['docker', 'exec', '-w', '/', name, 'sh', '-c', script]);
  return ran.stdout.trim();
}

/** Process numbers in the container of the compiler itself, not of the shell around it. */
async function compilers(): Promise<readonly string[]> {
  const found = await inside('grep -lsz "^node$" /proc/[0-9]*/cmdline');
  return found.split('\n').flatMap((line) => /\/proc\/(\d+)\//.exec(line)?.[1] ?? []);
}

let counter = 0;
/** Saves something that is right or wrong, and sees that the result is that of this save. */
async function check(kind: 'right' | 'wrong'): Promise<void> {
  counter += 1;
  tail.mark();
  const text = kind === 'right' ? GOOD : 'export const one: number = "no";\n';
  suite().write('app/src/one.ts', `${text}// ${String(counter)}\n`);
  const { save } = await tail.next('change');
  const result = await tail.next('check-finished', (event) => event.save === save);
  expect(result.outcome).toBe(kind === 'right' ? 'passed' : 'failed');
  expect(result.diagnostics.map(({ file, line, code }) => ({ file, line, code }))).toEqual(
    kind === 'right' ? [] : [{ file: 'app/src/one.ts', line: 1, code: 'TS2322' }],
  );
  if (result.log === undefined) expect(kind).toBe('right');
  else expect(suite().read(result.log)).toContain('TS2322');
  await tail.next('settled', (event) => event.save === save);
}

describe('tsc --watch as a check', () => {
  it('answers every save from one process', async () => {
    await check('right');
    const [first] = await compilers();
    await check('wrong');
    await check('right');
    expect(await compilers()).toEqual([first]);
  });

  it('is there again after it was killed', async () => {
    const [first] = await compilers();
    await inside(`kill -9 ${String(first)}`);
    await check('wrong');
    const again = await compilers();
    expect(again).toHaveLength(1);
    expect(again).not.toEqual([first]);
  });

  it('is there once after its shell was killed', async () => {
    const [first] = await compilers();
    // Its session's leader is the shell around it; the parent of that is the shell kept open.
    await inside(
      `leader=$(cut -d' ' -f6 /proc/${String(first)}/stat); kill -9 $(cut -d' ' -f4 /proc/$leader/stat)`,
    );
    await check('right');
    await check('wrong');
    expect(await compilers()).toHaveLength(1);
  });

  it('is there again after its container was killed', async () => {
    await suite().run(['docker', 'kill', `${suite().name}-app-1`]);
    tail.mark();
    await suite().dev(['up', '--detach']);
    await tail.next('service-state', ({ state }) => state === 'running');
    await check('right');
    await check('wrong');
    expect(await compilers()).toHaveLength(1);
  });

  it('ends with the session', async () => {
    const { session } = JSON.parse((await suite().dev(['status', '--json'])).stdout) as {
      session: { pid: number };
    };
    process.kill(session.pid, 'SIGTERM');
    await tail.program.finished;
    await waitFor('its end', async () => (await compilers()).length === 0);
  });
});
