import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redisDump } from '../../../src/service-kinds/redis-data.ts';
import { runProgram } from '../../support/run-program.ts';

/** Programs in the place of Valkey's: the client notes what it is asked, and answers by a script. */
let folder = '';

function program(name: string, text: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'redis-waits-'));
  program('valkey-server', '');
  program('valkey-check-rdb', '');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** @param persistence shell text that answers INFO persistence; `$n` counts how often it was asked. */
async function dump(persistence: string) {
  program(
    'valkey-cli',
    `read -r words
echo "$words" >>${folder}/asked
case $words in
  'CONFIG GET dir') printf 'dir\\n${folder}\\n' ;;
  'CONFIG GET dbfilename') printf 'dbfilename\\ndump.rdb\\n' ;;
  'INFO persistence')
    n=$(grep -c persistence ${folder}/asked)
    ${persistence}
    echo rdb_last_bgsave_status:ok ;;
  *) echo OK ;;
esac`,
  );
  writeFileSync(join(folder, 'dump.rdb'), 'REDIS0011');
  const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, ONESTACK_DATA_PATIENCE: '1' };
  const ran = await runProgram(['sh', '-c', redisDump.dump], { env });
  return { ...ran, asked: readFileSync(join(folder, 'asked'), 'utf8') };
}

describe('waiting until a server has written its data', () => {
  it('ends with words where it does not get on', async () => {
    const { status, stderr } = await dump('echo rdb_bgsave_in_progress:1');
    expect(status).toBe(1);
    expect(stderr).toBe(
      'error: for 1 s it has not got on with writing to its disk: rdb_bgsave_in_progress:1\n',
    );
  });

  it('takes as long as it likes as long as it gets on', async () => {
    const keys = 'echo current_save_keys_processed:$n; sleep 0.1';
    const { status, stdout } = await dump(
      `if [ $n -lt 20 ]; then echo rdb_bgsave_in_progress:1; ${keys}; else echo rdb_bgsave_in_progress:0; fi`,
    );
    expect(status).toBe(0);
    expect(stdout).toBe('REDIS0011');
  });

  it('counts what it writes to its folder where it tells no keys', async () => {
    const writes = `echo more >>${folder}/temp-12.rdb; sleep 0.1`;
    const { status } = await dump(
      `if [ $n -lt 20 ]; then echo rdb_bgsave_in_progress:1; ${writes}; else echo rdb_bgsave_in_progress:0; fi`,
    );
    expect(status).toBe(0);
  });

  it('asks for a rewrite that was put off', async () => {
    const { status, asked } = await dump(
      `if grep -q BGREWRITEAOF ${folder}/asked; then echo aof_rewrite_scheduled:0; else echo aof_rewrite_scheduled:1; fi`,
    );
    expect(status).toBe(0);
    expect(asked.match(/BGREWRITEAOF/g)).toHaveLength(1);
  });

  it('fails where the server answers no more', async () => {
    const { status, stderr } = await dump("echo 'Could not connect to Valkey'; exit");
    expect(status).not.toBe(0);
    expect(stderr).toContain('error: ');
  });
});
