import { choice, listOf, mapOf, named, scalar } from './shape.ts';
import type { Shape } from './shape.ts';

/** Shapes that several parts of a Compose file share. */
export const STRING = scalar('string');
export const TRUTH = scalar('boolean', 'string');
export const WHOLE = scalar('integer', 'string');
export const NUMBER = scalar('number', 'string');
export const STRINGS = listOf(STRING);
export const UNIQUE_STRINGS = listOf(STRING, 'unique');
export const NAME = /^(?!\.+$)[a-zA-Z0-9._-]+$/;
const ANY_NAME = /./;

export const STRING_OR_LIST = choice(STRING, UNIQUE_STRINGS);
export const LIST_OR_MAP = choice(
  named(ANY_NAME, scalar('string', 'number', 'boolean', 'null')),
  UNIQUE_STRINGS,
);
export const EXTRA_HOSTS = choice(named(ANY_NAME, choice(STRING, STRINGS)), UNIQUE_STRINGS);
export const COMMAND = choice(scalar('null'), STRING, STRINGS);
export const OPTIONS = named(ANY_NAME, scalar('string', 'number'), true);

export const HOOK = mapOf({
  command: COMMAND,
  user: STRING,
  privileged: TRUTH,
  working_dir: STRING,
  environment: LIST_OR_MAP,
});

export const FILE_MOUNTS = listOf(
  choice(
    STRING,
    mapOf({
      source: STRING,
      target: STRING,
      uid: STRING,
      gid: STRING,
      mode: scalar('number', 'string'),
    }),
  ),
);

export const ULIMITS = named(
  /^[a-z]+$/,
  choice(WHOLE, mapOf({ hard: WHOLE, soft: WHOLE }, { required: ['soft', 'hard'] })),
  true,
);

const DEVICE_REQUEST: Readonly<Record<string, Shape>> = {
  capabilities: UNIQUE_STRINGS,
  count: WHOLE,
  device_ids: UNIQUE_STRINGS,
  driver: STRING,
  options: LIST_OR_MAP,
};
export const DEVICE_REQUESTS = listOf(mapOf(DEVICE_REQUEST, { required: ['capabilities'] }));
export const GPUS = choice(
  { kind: 'scalar', types: ['string'], oneOf: ['all'] },
  listOf(mapOf(DEVICE_REQUEST, { open: true })),
);
