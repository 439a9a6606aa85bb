import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { service } from './compose-service.ts';
import {
  LABELS,
  SCALAR,
  SERVICE_NAMES,
  SIMPLE,
  TRUTH,
  WORD,
  constant,
  dictionary,
  filled,
  record,
  recordWith,
} from './compose-values.ts';

const NETWORK = fc.oneof(
  constant(null),
  record({
    name: SIMPLE,
    driver: WORD,
    driver_opts: fc.dictionary(WORD, constant<unknown>('v', 3, 1.5), { maxKeys: 2 }),
    internal: TRUTH,
    attachable: TRUTH,
    enable_ipv6: TRUTH,
    labels: LABELS,
    ipam: record({
      driver: WORD,
      config: filled(
        recordWith(['subnet'], {
          subnet: constant('10.1.0.0/16', '10.2.0.0/16', 'fd00::/64'),
          ip_range: constant('10.1.5.0/24'),
          gateway: constant('10.1.0.1', '10.2.0.1'),
          aux_addresses: fc.dictionary(WORD, constant('10.1.0.9'), { maxKeys: 2 }),
        }),
        2,
      ),
      options: fc.dictionary(WORD, SIMPLE, { maxKeys: 2 }),
    }),
    'x-net': SCALAR,
  }),
);
const VOLUME = fc.oneof(
  constant(null),
  record({
    name: SIMPLE,
    driver: constant('local', 'nfs'),
    driver_opts: fc.record(
      {
        type: constant('none'),
        o: constant('bind', 'ro'),
        device: constant('./dev', '/abs', '../up'),
      },
      { requiredKeys: [] },
    ),
    labels: fc.dictionary(WORD, SIMPLE, { minKeys: 1, maxKeys: 2 }),
  }),
);
const SECRET = fc.oneof(
  constant<unknown>({ file: './sec.txt' }, { file: '~/x', labels: { a: 'b' } }),
);
const CONFIG = fc.oneof(constant<unknown>({ file: './conf.txt' }, { file: '/abs/conf', 'x-c': 1 }));

/** One file of a list: some services with some keys, and resources. */
function file(isFirst: boolean): Arbitrary<Record<string, unknown>> {
  const services: Record<string, Arbitrary<unknown>> = {};
  for (const name of SERVICE_NAMES) services[name] = service(name, isFirst, 9);
  return fc.record(
    {
      services: fc
        .record(services, { requiredKeys: [] })
        .map((made) => (isFirst ? withImages(made) : made)),
      networks: isFirst
        ? fc.record({ front: NETWORK, back: NETWORK })
        : fc.record({ front: NETWORK, back: NETWORK }, { requiredKeys: [] }),
      volumes: isFirst
        ? fc.record({ data: VOLUME, cache: VOLUME })
        : fc.record({ data: VOLUME, cache: VOLUME }, { requiredKeys: [] }),
      secrets: fc.record({ sec: SECRET, sec2: SECRET }, isFirst ? {} : { requiredKeys: [] }),
      configs: fc.record({ conf: CONFIG, conf2: CONFIG }, isFirst ? {} : { requiredKeys: [] }),
      'x-top': fc.oneof(SCALAR, dictionary(SCALAR)),
    },
    {
      requiredKeys: isFirst ? ['services', 'networks', 'volumes', 'secrets', 'configs'] : [],
    },
  );
}

/** Every service is in the first file and has an image, so that most lists are valid. */
function withImages(made: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    SERVICE_NAMES.map((name) => [name, { image: 'img', ...(made[name] as object | undefined) }]),
  );
}

/** A list of one to four Compose files, as plain values with tags. */
export const FILE_LISTS: Arbitrary<readonly Record<string, unknown>[]> = fc
  .integer({ min: 0, max: 3 })
  .chain((more) => fc.tuple(file(true), ...Array.from({ length: more }, () => file(false))));
