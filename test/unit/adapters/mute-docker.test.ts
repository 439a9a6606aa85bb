import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeCli } from '../../../src/adapters/compose-cli.ts';
import type { ContainerDetail } from '../../../src/ports/engine-containers.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import { ok } from '../../../src/util/result.ts';
import { aContainer } from '../../support/containers.ts';
import { partly } from '../../support/partly.ts';

const PATIENCE = { lookMs: 100, answerMs: 2_000, limitMs: 600_000, endLimitMs: 600_000 };

describe('a program called docker', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'onestack-mute-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Compose by that program, on an engine of one container. */
  function compose(script: string, patience: Partial<typeof PATIENCE>, grace = 0) {
    const engine = partly<Engine>({
      containers: () => Promise.resolve(ok([aContainer('web')])),
      inspect: () => Promise.resolve(ok(partly<ContainerDetail>({ stopGraceSeconds: grace }))),
    });
    const cli = composeCli(engine, { ...PATIENCE, ...patience });
    const program = join(folder, 'docker');
    writeFileSync(program, `#!/bin/sh\n${script}\n`);
    chmodSync(program, 0o755);
    const file = join(folder, 'compose.yaml');
    return { cli, target: { project: 'p', file, environment: { PATH: folder } } };
  }

  async function create(script: string, patience: Partial<typeof PATIENCE> = {}) {
    const { cli, target } = compose(script, patience);
    return cli.create(target, { services: ['web'], forceRecreate: false });
  }

  it.each(['exit 0', 'exit 3', 'echo; exit 0'])(
    'that does "%s" to everything has made no container',
    async (script) => {
      // On a busy machine its end takes longer than others are left alone for.
      expect(await create(script, { lookMs: 10_000 })).toMatchObject({
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

  it.each(['down', 'stop', 'remove'] as const)(
    'may wait as long as containers may take to stop, and a while besides: %s',
    async (command) => {
      const end = (script: string, grace?: number) => {
        const { cli, target } = compose(script, { endLimitMs: 300 }, grace);
        return command === 'down'
          ? cli.down(target, { volumes: false })
          : cli[command](target, ['web']);
      };
      const outcome = await end(`${VERSION}; ${SLEEP}`);
      expect(outcome).toMatchObject({ ok: false, failure: { reason: 'no-engine' } });
      expect(outcome.ok ? '' : outcome.failure.cure).toContain('status=paused');
      const long = `${VERSION}; PATH=/bin:/usr/bin sleep 1; echo stopped`;
      expect(await end(long, 60)).toEqual({ ok: true, value: undefined });
    },
    20_000,
  );

  it('may have nothing to say and be right', async () => {
    const says = 'case "$*" in "compose version --short") echo 2.26.1;; esac';
    expect(await create(says)).toEqual({ ok: true, value: undefined });
  });
});
