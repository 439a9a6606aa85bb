import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeCli } from '../../../src/adapters/compose-cli.ts';
import { ok } from '../../../src/util/result.ts';

const cli = composeCli({ removeContainer: () => Promise.resolve(ok(undefined)) });

describe('a program called docker', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'onestack-mute-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function create(script: string) {
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

  it('may have nothing to say and be right', async () => {
    const says = 'case "$*" in "compose version --short") echo 2.26.1;; esac';
    expect(await create(says)).toEqual({ ok: true, value: undefined });
  });
});
