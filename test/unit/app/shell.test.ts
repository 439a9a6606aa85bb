import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shellArgv, shellEnvironment } from '../../../src/app/shell/command.ts';
import { PidLine } from '../../../src/engine/exec-pid.ts';
import {
  moduleAt,
  nameAService,
  openServices,
  shellContainer,
} from '../../../src/app/shell/target.ts';
import { shellWords } from '../../../src/cli/shell.ts';
import type { ContainerSummary } from '../../../src/ports/engine-containers.ts';

function container(service: string, extra: Partial<ContainerSummary> = {}): ContainerSummary {
  return {
    id: service,
    name: `shop-${service}-1`,
    service,
    oneOff: false,
    imageId: 'sha256:1',
    image: 'x',
    state: 'running',
    health: 'none',
    status: 'Up 3 minutes',
    createdAtMs: 0,
    labels: {},
    ports: [],
    exposedPorts: [],
    volumes: [],
    unnamedVolumes: [],
    networks: new Map(),
    ...extra,
  };
}

describe('the service of a shell', () => {
  const modules = [
    { name: 'web', path: 'web' },
    { name: 'admin', path: 'web/admin' },
  ];

  it('is the innermost module whose folder the person is in', () => {
    expect(moduleAt(modules, '/p', '/p/web')).toBe('web');
    expect(moduleAt(modules, '/p', '/p/web/src')).toBe('web');
    expect(moduleAt(modules, '/p', '/p/web/admin/src')).toBe('admin');
    expect(moduleAt(modules, '/p', '/p/website')).toBeUndefined();
    expect(moduleAt(modules, '/p', '/p')).toBeUndefined();
    expect(moduleAt(modules, '/p', '/other/web')).toBeUndefined();
  });

  it('can be any with a running container, one-offs aside', () => {
    const containers = [
      container('web'),
      container('db'),
      container('gone', { state: 'exited' }),
      container('once', { oneOff: true }),
    ];
    expect(openServices(containers)).toEqual(['db', 'web']);
    expect(nameAService(containers).why).toContain('running are db, web');
    expect(nameAService([]).cure).toBe('dev up');
  });

  it('is its first container', () => {
    const two = [container('web', { id: 'b', name: 'web-2' }), container('web', { name: 'web-1' })];
    const found = shellContainer('web', two, []);
    expect(found.ok && found.value.name).toBe('web-1');
  });

  it('says why there is none', () => {
    const containers = [
      container('web'),
      container('api', { state: 'exited', status: 'Exited (1) 2 seconds ago' }),
    ];
    const why = (service: string, libraries: readonly string[] = []) => {
      const found = shellContainer(service, containers, libraries);
      return found.ok ? undefined : `${found.failure.what} / ${found.failure.cure ?? ''}`;
    };
    expect(why('api')).toBe(
      'api is not running / dev logs api says why, dev tools --target api looks into it, dev up api starts it',
    );
    expect(why('common', ['common'])).toContain('is a library');
    expect(why('wbe')).toContain('Did you mean "web"?');
  });
});

describe('the line with the process id', () => {
  it('is taken off the front, however it is cut', () => {
    const line = new PidLine();
    const out = ['1', '2\r', '\nhel', 'lo'].map((part) => line.take(Buffer.from(part)).toString());
    expect(out.join('')).toBe('hello');
    expect(line.pid).toBe(12);
  });

  it('is left alone when it is something else', () => {
    const line = new PidLine();
    expect(line.take(Buffer.from('OCI runtime exec failed\n')).toString()).toContain('OCI');
    expect(line.pid).toBeUndefined();
  });

  it('gives back what it held when the output ends', () => {
    const line = new PidLine();
    expect(line.take(Buffer.from('42')).toString()).toBe('');
    expect(line.rest().toString()).toBe('42');
  });
});

describe('the shell in the container', () => {
  it('is the person’s own command if there is one', () => {
    expect(shellArgv(['ls', '-l'])).toEqual(['ls', '-l']);
    expect(shellArgv([])[0]).toBe('sh');
  });

  it('is the best one that there is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shells-'));
    const chosen = (): string =>
      execFileSync('/bin/sh', shellArgv([]).slice(1), { env: { PATH: folder }, encoding: 'utf8' });
    try {
      // From the worst to the best: each is taken although the ones before are there, too.
      for (const name of ['sh', 'fish', 'zsh', 'bash']) {
        await writeFile(join(folder, name), `#!/bin/sh\nprintf ${name}\n`, { mode: 0o755 });
        expect(chosen()).toBe(name);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('names project, service and context in its prompt, production in red', () => {
    const place = { instance: 'shop', service: 'api', context: 'prod' as const };
    const environment = shellEnvironment(place, { TERM: 'screen' });
    expect(environment['TERM']).toBe('screen');
    expect(environment['ONESTACK_PROMPT_BASH']).toContain('\\e[1;31m');
    expect(environment['ONESTACK_PROMPT_FISH']).toMatch(/set_color -o red.*shop\/api.*\(prod\)/);
    expect(environment['ONESTACK_PROMPT_SH']).toBe('shop/api (prod) ${PWD} $ ');
    expect(shellEnvironment(place, {})['TERM']).toBe('xterm-256color');
  });
});

describe('the command line of dev shell', () => {
  const words = (...typed: string[]) =>
    shellWords(
      typed.slice(1).filter((word, at, all) => word !== '--' || all.indexOf('--') !== at),
      typed,
    );

  it('has a service, a command behind --, or both', () => {
    expect(words('shell')).toEqual({ service: undefined, command: [] });
    expect(words('shell', 'api')).toEqual({ service: 'api', command: [] });
    expect(words('shell', 'api', '--', 'ls', '-l')).toEqual({
      service: 'api',
      command: ['ls', '-l'],
    });
    expect(words('shell', '--', 'ls')).toEqual({ service: undefined, command: ['ls'] });
    expect(words('shell', 'api', 'ls')).toEqual({ service: 'api', command: ['ls'] });
    expect(words('shell', 'api', '--', 'git', '--', 'x').command).toEqual(['git', '--', 'x']);
  });
});
