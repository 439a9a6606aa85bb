import type { InitQuestions } from '../../src/app/init.ts';
import type { Failure } from '../../src/events/failure.ts';
import { fail, ok } from '../../src/util/result.ts';
import { MEMORY_UID, MemoryFiles } from './memory-files.ts';
import { ScriptedProcesses } from './scripted-processes.ts';

/** Everybody takes the defaults. */
export const DEFAULTS: InitQuestions = {
  modules: (found, byDefault) => Promise.resolve(ok(byDefault ? found : [])),
  env: () => Promise.resolve(ok(true)),
};

const BASE_IMAGES = ['node', 'go', 'python', 'java'];

const NO_ENGINE: Failure = { reason: 'no-engine', what: 'there is no engine here' };

/** A repository in `/p`, on a machine that has the tool's checkout in `/t` and no Docker. */
export function initWorld(repository: Readonly<Record<string, string>>) {
  const files = new MemoryFiles({
    '/t/dev': "#!/bin/sh\npin='file:.'\nintegrity=''\n",
    '/t/src/main.ts': '',
    '/t/base-images/os/Dockerfile': 'FROM debian:trixie-slim\n',
  });
  for (const name of BASE_IMAGES) {
    files.put(`/t/base-images/${name}/Dockerfile`, 'FROM onestack/os\n');
  }
  files.put('/p/.git/HEAD', 'ref: refs/heads/main\n');
  for (const [path, text] of Object.entries(repository)) files.put(`/p/${path}`, text);
  return {
    files,
    processes: new ScriptedProcesses(() => ({ status: 127 })),
    locks: {
      acquire: () => Promise.resolve(ok({ release: () => Promise.resolve() })),
      isHeld: () => Promise.resolve(false),
    },
    engineChoice: () => fail(NO_ENGINE),
    engine: () => Promise.reject(new Error(NO_ENGINE.what)),
    clock: { now: () => 0, steady: () => 0, sleep: () => Promise.resolve() },
    host: {
      ...{ platform: 'linux' as const, cores: 2, uid: MEMORY_UID, gid: 1, user: 'ann' },
      ...{ home: '/h', workingDirectory: '/p', toolDirectory: '/t', toolVersion: '1.0.0' },
      ...{ nodeVersion: '20.19.0', libc: () => 'glibc' as const, environment: {} },
      ...{ nodePath: '/usr/bin/node', pid: 1 },
    },
  };
}
