import { expect, it } from 'vitest';
import { definitionOf } from '../../../../src/app/init/define.ts';
import { ignoredVariables } from '../../../../src/app/up/variable-notes.ts';
import { initWorld } from '../../../support/init-world.ts';

const ENV = `COMPOSE_PROFILES=a
COMPOSE_COMPATIBILITY=1
COMPOSE_PARALLEL_LIMIT=2
COMPOSE_ANSI=never
COMPOSE_PROGRESS=
COMPOSE_RESTART=no
COMPOSE_TYPO=1
OTHER=1
`;

it('tells each variable of Compose that has no effect, and none that has one or is used', async () => {
  const world = initWorld({
    '.env': ENV,
    'compose.yaml': 'services: { a: { image: x, restart: "${COMPOSE_RESTART}" } }\n',
  });
  const definition = await definitionOf('/p', world);
  if (!definition.ok) throw new Error(JSON.stringify(definition.failure));
  expect(ignoredVariables(definition.value).map(({ text }) => text)).toEqual([
    'COMPOSE_PARALLEL_LIMIT has no effect: as many steps run at once as there are cores',
    'COMPOSE_ANSI has no effect: colours follow NO_COLOR and the terminal',
    'COMPOSE_TYPO has no effect: no Compose knows it, and no file here uses it',
  ]);
});
