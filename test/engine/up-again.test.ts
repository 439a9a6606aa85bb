import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { againRounds, LATER_MS, Stack } from '../support/again-rounds.ts';
import { seeded } from '../support/random.ts';
import { waitFor } from '../support/wait-for.ts';

/** `npx tsx scripts/up-again.ts 2000 [SEED]` runs more of it. */
const ROUNDS = 25;

it('never tells that there is nothing to do where there is', async () => {
  const seed = Number(process.env['ONESTACK_SEED'] ?? Date.now() % 1_000_000);
  process.stderr.write(`seed ${String(seed)} (ONESTACK_SEED)\n`);
  const { quick, noticed, inVain } = await againRounds(seed, ROUNDS);
  expect(quick + noticed + inVain).toBe(ROUNDS);
  // A third of the rounds has no edit at all, and most edits leave something to do.
  expect(quick).toBeGreaterThan(0);
  expect(noticed).toBeGreaterThan(0);
});

/** A port that this process has. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

const HEALTH = `healthcheck: { test: ['CMD', 'true'], interval: 2s, start_interval: 100ms, start_period: 9s }`;
const IDLE = `image: NAME:1, pull_policy: never, init: true, command: sleep infinity, ${HEALTH}`;

/** What stacks have, by what it is: files beside `name: NAME`. */
const STACKS: Readonly<Record<string, (port: number) => Readonly<Record<string, string>>>> = {
  'a port that somebody else has': (port) => ({
    'compose/base.yaml': `services: { web: { ${IDLE}, ports: ['${String(port)}:80'] } }\n`,
  }),
  'replicas with a range of ports': (port) => ({
    'compose/base.yaml': `services:
  web: { ${IDLE}, deploy: { replicas: 2 }, ports: ['${String(port)}-${String(port + 2)}:80/udp'] }\n`,
  }),
  'secrets that are made': () => ({
    'compose/base.yaml': `services: { web: { ${IDLE}, secrets: [key] } }
secrets: { key: { file: .dev/secrets/key } }\n`,
  }),
  'a config with a variable, and folders that are mounted': () => ({
    'data/a': 'a',
    'compose/base.yaml': `services: { web: { ${IDLE}, configs: [c], volumes: ['./data:/data'] } }
configs: { c: { content: 'hello \${GREETING}' } }\n`,
  }),
  'a service that shares the network of another': () => ({
    'compose/base.yaml': `services:
  web: { ${IDLE} }
  side: { ${IDLE}, network_mode: 'service:web', depends_on: [web] }\n`,
  }),
  'one that ended well, and one that is switched off': () => ({
    'compose/base.yaml': `services:
  once: { image: NAME:1, pull_policy: never, command: 'true' }
  off: { ${IDLE}, profiles: [off] }
  web: { ${IDLE}, depends_on: { once: { condition: service_completed_successfully } } }\n`,
  }),
  'hooks that have run, and commands': () => ({
    'dev.yaml': `name: NAME
commands: { hello: { run: echo hello, in: web } }
hooks: { after-reset: [{ run: echo new, in: web }] }\n`,
    'compose/base.yaml': `services: { web: { ${IDLE}, volumes: ['data:/data'] } }\nvolumes: { data: {} }\n`,
  }),
  'an image that is built': () => ({
    'app/Dockerfile': 'FROM NAME:1\nCOPY a /a\n',
    'app/a': 'a',
    'compose/base.yaml': `services: { web: { build: ./app, init: true, command: sleep infinity, ${HEALTH} } }\n`,
  }),
  'nothing but a Compose file, with what it extends': () => ({
    'other.yaml': `services: { base: { ${IDLE} } }\n`,
    'compose.yaml': `name: NAME
services: { web: { extends: { file: other.yaml, service: base }, labels: { a: '1' } } }\n`,
  }),
};

it.each(Object.keys(STACKS))('tells at once that there is nothing to do, with %s', async (what) => {
  const files = STACKS[what]?.(await takenPort()) ?? {};
  const named = 'compose.yaml' in files ? {} : { 'dev.yaml': 'name: NAME\n' };
  const stack = new Stack(seeded(1), { ...named, ...files });
  try {
    await stack.images();
    await stack.agree();
    expect(await stack.cold(true), stack.failure).not.toBe('failed');
    // By then nothing has changed but a moment ago, and nothing has only just started. Others may make
    // images or networks between the two looks, which count: one time in between is enough.
    await waitFor('an answer at once', async () => {
      expect(await stack.cold(true, LATER_MS), stack.failure).toBe(0);
      return stack.isQuick(LATER_MS);
    });
  } finally {
    await stack.remove();
  }
});
