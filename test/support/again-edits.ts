/** A stack that reads files of every kind, and ways to change what it is made of. */
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from './random.ts';
import type { Outcome } from './run-program.ts';

export const AGAIN_FILES: Readonly<Record<string, string>> = {
  'dev.yaml': 'name: NAME\n',
  'dev.settings.yaml': '',
  '.env': 'FROM_DOTENV=one\n',
  'one.env': 'COLOUR=red\n',
  'secret.txt': 'sesame\n',
  'config/real.conf': 'depth=1\n',
  'config/other.conf': 'depth=2\n',
  'profiles/dev/web.conf': 'level=1\n',
  'compose/base.yaml': `
services:
  web:
    image: NAME:1
    pull_policy: never
    init: true
    stop_grace_period: 0s
    command: sleep infinity
    healthcheck: { test: ['CMD', 'true'], interval: 2s, start_period: 9s, start_interval: 100ms }
    env_file: [one.env, { path: two.env, required: false }]
    environment: { GREETING: '\${GREETING}', DOTENV: '\${FROM_DOTENV}', SIZE: 'small' }
    secrets: [word]
    volumes:
      - ./config/real.conf:/etc/real.conf:ro
      - ./profiles/dev/web.conf:/etc/web.conf:ro
      - data:/data
  side:
    image: NAME:1
    pull_policy: never
    init: true
    stop_grace_period: 0s
    command: sleep infinity
    healthcheck: { test: ['CMD', 'true'], interval: 2s, start_period: 9s, start_interval: 100ms }
    networks: [back]
secrets: { word: { file: ./secret.txt } }
volumes: { data: {} }
networks: { back: {} }
`,
};

/** What an edit is given. */
export interface Edited {
  readonly random: Random;
  readonly folder: string;
  readonly name: string;
  readonly setVariable: (name: string, value: string) => void;
  readonly docker: (...argv: readonly string[]) => Promise<Outcome>;
}

interface Edit {
  readonly name: string;
  /** @returns what makes it good again; what only the engine has the next `dev up` mends. */
  readonly edit: (edited: Edited) => Promise<() => unknown>;
}

const nothing = (): void => undefined;

/** Writes a file in one of the ways that editors have, its times as they were or not. */
function rewrite({ random, folder }: Edited, path: string, change: (text: string) => string) {
  const file = join(folder, path);
  const before = readFileSync(file, 'utf8');
  const { atime, mtime, mode } = statSync(file);
  const put = (text: string): void => {
    if (random.under(2) === 0) {
      writeFileSync(file, text);
    } else {
      writeFileSync(`${file}.new`, text, { mode });
      renameSync(`${file}.new`, file);
    }
    if (random.under(2) === 0) utimesSync(file, atime, mtime);
  };
  put(change(before));
  return () => put(before);
}

const file = (name: string, path: string, change: (text: string) => string): Edit => ({
  name,
  edit: (edited) => Promise.resolve(rewrite(edited, path, change)),
});

const appearing = (path: string, text: string): Edit => ({
  name: `${path} appears`,
  edit: ({ folder }) => {
    const at = join(folder, path);
    const parent = join(at, '..');
    mkdirSync(parent, { recursive: true });
    writeFileSync(at, text);
    return Promise.resolve(() => rmSync(at));
  },
});

const vanishing = (path: string): Edit => ({
  name: `${path} vanishes`,
  edit: async ({ folder }) => {
    const away = join(folder, '..', `vanished-${path.replaceAll('/', '-')}`);
    await rename(join(folder, path), away);
    return () => renameSync(away, join(folder, path));
  },
});

/** Until the engine lists a container so: it does a moment after it has answered that it is so. */
async function listed({ docker, name }: Edited, container: string, state: string): Promise<void> {
  const filter = `name=^/${name}-${container}$`;
  for (let asked = 0; asked < 100; asked += 1) {
    const { stdout } = await docker('ps', '--all', '--filter', filter, '--format', '{{.State}}');
    if (stdout.trim() === state) return;
  }
  throw new Error(`${container} is not listed as ${state || 'gone'}`);
}

/** @param state that the container is listed in afterwards; empty where it is gone. */
const onContainer = (
  name: string,
  container: string,
  state: string,
  ...argv: readonly string[]
): Edit => ({
  name,
  edit: async (edited) => {
    await edited.docker(...argv, `${edited.name}-${container}`);
    await listed(edited, container, state);
    return nothing;
  },
});

const sameSize = (from: string, to: string) => (text: string) => text.replace(from, to);

export const AGAIN_EDITS: readonly Edit[] = [
  file('a value of the same size', 'compose/base.yaml', sameSize('small', 'large')),
  file('a new line', 'compose/base.yaml', (text) => `${text}# a comment\n`),
  file('the same text', 'compose/base.yaml', (text) => text),
  file('broken YAML', 'compose/base.yaml', sameSize('services:', 'services]')),
  file('.env', '.env', sameSize('one', 'two')),
  file('an env_file', 'one.env', sameSize('red', 'tan')),
  file('a secret', 'secret.txt', sameSize('sesame', 'poppy!')),
  file('a mounted file', 'config/real.conf', sameSize('1', '3')),
  file('a profile', 'profiles/dev/web.conf', sameSize('1', '2')),
  file('a file that nobody reads', 'config/other.conf', sameSize('2', '4')),
  file('dev.yaml', 'dev.yaml', (text) => `${text}\n`),
  file('the settings', 'dev.settings.yaml', (text) => `${text}\n`),
  appearing('two.env', 'COLOUR=blue\n'),
  appearing('compose/dev.yaml', 'services: { web: { environment: { MORE: "1" } } }\n'),
  appearing('compose/dev/extra.yaml', 'services: { side: { environment: { MORE: "1" } } }\n'),
  appearing('compose/services/extra.yaml', 'image: NAME:1\n'),
  appearing('notes.txt', 'nobody reads it\n'),
  vanishing('one.env'),
  vanishing('secret.txt'),
  vanishing('.env'),
  vanishing('config'),
  vanishing('.dev/compose.yaml'),
  {
    name: 'a link to another file of the same size',
    edit: ({ folder }) => {
      const at = join(folder, 'config/real.conf');
      renameSync(at, `${at}.kept`);
      symlinkSync('other.conf', at);
      return Promise.resolve(() => renameSync(`${at}.kept`, at));
    },
  },
  {
    name: 'a folder behind a link',
    edit: ({ folder }) => {
      const at = join(folder, 'compose');
      renameSync(at, join(folder, '..', 'elsewhere'));
      symlinkSync('../elsewhere', at);
      return Promise.resolve(() => {
        rmSync(at);
        renameSync(join(folder, '..', 'elsewhere'), at);
      });
    },
  },
  {
    name: 'a file that is closed to everybody',
    edit: ({ folder }) => {
      chmodSync(join(folder, 'one.env'), 0o000);
      return Promise.resolve(() => chmodSync(join(folder, 'one.env'), 0o644));
    },
  },
  {
    name: 'a variable',
    edit: ({ setVariable }) => {
      setVariable('GREETING', 'moin!');
      return Promise.resolve(nothing);
    },
  },
  {
    name: 'a variable that nobody reads',
    edit: ({ setVariable }) => {
      setVariable('UNRELATED', '1');
      return Promise.resolve(nothing);
    },
  },
  {
    name: 'a variable of the tool',
    edit: ({ setVariable }) => {
      setVariable('COMPOSE_PROFILES', 'extra');
      return Promise.resolve(nothing);
    },
  },
  onContainer('a container killed', 'web-1', 'exited', 'kill'),
  onContainer('a container removed', 'side-1', '', 'rm', '--force'),
  onContainer('a container stopped', 'side-1', 'exited', 'stop', '--time=0'),
  onContainer('a container restarted', 'web-1', 'running', 'restart', '--time=0'),
  {
    name: 'a container paused',
    edit: async (edited) => {
      const { docker, name } = edited;
      await docker('pause', `${name}-web-1`);
      await listed(edited, 'web-1', 'paused');
      return () => docker('unpause', `${name}-web-1`);
    },
  },
  {
    name: 'a container out of its network',
    edit: async ({ docker, name }) => {
      await docker('network', 'disconnect', '--force', `${name}_back`, `${name}-side-1`);
      return nothing;
    },
  },
  {
    name: 'a network removed',
    edit: async ({ docker, name }) => {
      await docker('network', 'disconnect', '--force', `${name}_back`, `${name}-side-1`);
      await docker('network', 'rm', `${name}_back`);
      return nothing;
    },
  },
  {
    name: 'the image’s name on another image',
    edit: async ({ docker, name }) => {
      await docker('tag', `${name}:other`, `${name}:1`);
      return () => docker('tag', 'debian:trixie-slim', `${name}:1`);
    },
  },
  {
    name: 'the image’s name taken away',
    edit: async ({ docker, name }) => {
      await docker('image', 'rm', '--force', `${name}:1`);
      return () => docker('tag', 'debian:trixie-slim', `${name}:1`);
    },
  },
];
