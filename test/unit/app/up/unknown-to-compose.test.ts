import { expect, it } from 'vitest';
import { definitionOf } from '../../../../src/app/init/define.ts';
import { unknownToCompose } from '../../../../src/app/up/unknown-to-compose.ts';
import type { ComposeCli } from '../../../../src/ports/compose-cli.ts';
import { fail, ok } from '../../../../src/util/result.ts';
import { initWorld } from '../../../support/init-world.ts';

const COMPOSE = `services:
  a:
    image: x
    post_start: [{ command: ./seed }]
    pre_stop:
      - command: ./drain
    networks: { back: { gw_priority: 3 } }
  off:
    image: x
    profiles: [never]
networks:
  back: { enable_ipv4: true }
  other: { enable_ipv4: false }
`;
const WORDS = [
  'post_start of a (compose.yaml:4) has no effect: Compose V does not know it, 2.30 and later do',
  'pre_stop of a (compose.yaml:6) has no effect: Compose V does not know it, 2.30 and later do',
  'gw_priority of a.networks.back (compose.yaml:7) has no effect: Compose V does not know it, 2.33 and later do',
  'enable_ipv4 of networks.other (compose.yaml:13) has no effect: Compose V does not know it, 2.33 and later do',
];

it.each([
  ['2.26.1', WORDS],
  ['2.30.0', WORDS.slice(2)],
  ['2.33.1-desktop.1', []],
  ['3.0.0', []],
  [undefined, []],
  ['2.26.1', [], 'services: { a: { image: x } }\n'],
])('keys that Compose %s passes over are told', async (version, words, text = COMPOSE) => {
  const world = initWorld({ 'compose.yaml': text });
  const definition = await definitionOf('/p', world);
  if (!definition.ok) throw new Error(JSON.stringify(definition.failure));
  let asked = 0;
  const compose: Pick<ComposeCli, 'version'> = {
    version: () => {
      asked += 1;
      const none = fail({ reason: 'no-engine', what: 'no Compose' } as const);
      return Promise.resolve(version === undefined ? none : ok(version));
    },
  };
  // Nothing else of Compose is used.
  const told = await unknownToCompose(definition.value, {
    files: world.files,
    compose: () => Promise.resolve(compose as ComposeCli),
  });
  expect(told.map((one) => one.text)).toEqual(
    words.map((line) => line.replace('Compose V', `Compose ${version ?? ''}`)),
  );
  expect(asked).toBe(text === COMPOSE ? 1 : 0);
});
