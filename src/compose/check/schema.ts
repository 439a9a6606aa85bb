import { LIST_OR_MAP, NAME, OPTIONS, STRING, STRING_OR_LIST, TRUTH } from './schema-parts.ts';
import { SERVICE } from './schema-service.ts';
import { choice, listOf, mapOf, named, scalar } from './shape.ts';
import type { MapShape } from './shape.ts';

const EXTERNAL = choice(scalar('boolean', 'string'), mapOf({ name: STRING }));
const EXTERNAL_OPEN = choice(scalar('boolean', 'string'), mapOf({ name: STRING }, { open: true }));

const NETWORK = choice(
  scalar('null'),
  mapOf({
    name: STRING,
    external: EXTERNAL,
    driver: STRING,
    driver_opts: OPTIONS,
    internal: TRUTH,
    attachable: TRUTH,
    enable_ipv4: TRUTH,
    enable_ipv6: TRUTH,
    ipam: mapOf({
      driver: STRING,
      config: listOf(
        mapOf({
          subnet: STRING,
          ip_range: STRING,
          gateway: STRING,
          aux_addresses: named(/./, STRING),
        }),
      ),
      options: named(/./, STRING),
    }),
    labels: LIST_OR_MAP,
  }),
);

const VOLUME = choice(
  scalar('null'),
  mapOf({
    name: STRING,
    external: EXTERNAL,
    driver: STRING,
    driver_opts: OPTIONS,
    labels: LIST_OR_MAP,
  }),
);

const SECRET = mapOf({
  name: STRING,
  external: EXTERNAL_OPEN,
  file: STRING,
  environment: STRING,
  driver: STRING,
  driver_opts: OPTIONS,
  template_driver: STRING,
  labels: LIST_OR_MAP,
});

const CONFIG = mapOf({
  name: STRING,
  external: EXTERNAL_OPEN,
  file: STRING,
  content: STRING,
  environment: STRING,
  template_driver: STRING,
  labels: LIST_OR_MAP,
});

const INCLUDE = choice(
  STRING,
  mapOf(
    { path: STRING_OR_LIST, env_file: STRING_OR_LIST, project_directory: STRING },
    { extensions: false },
  ),
);

/** A whole Compose file, sections in the order in which people read them. */
export const COMPOSE_FILE: MapShape = mapOf({
  version: STRING,
  name: STRING,
  include: listOf(INCLUDE),
  services: named(NAME, SERVICE),
  networks: named(NAME, NETWORK, true),
  volumes: named(NAME, VOLUME),
  configs: named(NAME, CONFIG),
  secrets: named(NAME, SECRET),
});
