import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeCli } from '../../../src/adapters/compose-cli.ts';
import { ok } from '../../../src/util/result.ts';

const PATIENCE = { lookMs: 100, answerMs: 2_000, limitMs: 600_000 };
const engine = { removeContainer: () => Promise.resolve(ok(undefined)) };

describe('a program called docker', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'onestack-mute-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function create(script: string, patience: Partial<typeof PATIENCE> = {}) {
    const cli = composeCli(engine, { ...PATIENCE, ...patience });
    const program = join(folder, 'docker');
    writeFileSync(program, `#!/bin/sh\n${script}\n`);
    chmodSync(program, 0o755);
    const file = join(folder, 'compose.yaml');
    const target = { project: 'p', file, environment: { PATH: folder } };
    return cli.create(target, { services: ['web'], forceRecreate: false });
  }

  it.each(['exit 0', 'exit 3', 'echo; exit 0'])(
    'that does "%s" to everything has made no container',
    async (script) => {
      expect(await create(script)).toMatchObject({
        ok: false,
        failure: { reason: 'no-engine', what: 'Docker Compose cannot be run' },
      });
    },
  );

  const hung = {
    ok: false,
    failure: { reason: 'no-engine', what: 'docker compose up hangs, and was ended' },
  };
  const SLEEP = 'PATH=/bin:/usr/bin sleep 30';

  it('that never ends is ended, and what it started is not waited for', async () => {
    // It hears no SIGTERM, and its child has its output.
    const outcome = await create(`trap '' TERM; echo $$ >'${folder}/pid'; ${SLEEP}`, {
      answerMs: 50,
    });
    expect(outcome).toMatchObject(hung);
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  }, 20_000);

  const VERSION = 'case "$*" in "compose version --short") echo 2.26.1; exit;; esac';

  it('may take as long as it likes while Compose answers, up to a limit', async () => {
    const long = `${VERSION}; PATH=/bin:/usr/bin sleep 1; echo made`;
    expect(await create(long)).toEqual({ ok: true, value: undefined });
    expect(await create(`${VERSION}; ${SLEEP}`, { limitMs: 300 })).toMatchObject(hung);
  }, 20_000);

  it('may have nothing to say and be right', async () => {
    const says = 'case "$*" in "compose version --short") echo 2.26.1;; esac';
    expect(await create(says)).toEqual({ ok: true, value: undefined });
  });
});
