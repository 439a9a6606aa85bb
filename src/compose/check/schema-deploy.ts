import {
  DEVICE_REQUESTS,
  HOOK,
  LIST_OR_MAP,
  NUMBER,
  STRING,
  STRINGS,
  TRUTH,
  WHOLE,
} from './schema-parts.ts';
import { choice, listOf, mapOf, scalar, word } from './shape.ts';

const UPDATE = mapOf({
  parallelism: WHOLE,
  delay: STRING,
  failure_action: STRING,
  monitor: STRING,
  max_failure_ratio: NUMBER,
  order: word('start-first', 'stop-first'),
});

const RESOURCES = mapOf({
  limits: mapOf({ cpus: NUMBER, memory: STRING, pids: WHOLE }),
  reservations: mapOf({
    cpus: NUMBER,
    memory: STRING,
    generic_resources: listOf(
      mapOf({ discrete_resource_spec: mapOf({ kind: STRING, value: NUMBER }) }),
    ),
    devices: DEVICE_REQUESTS,
  }),
});

export const DEPLOY = choice(
  scalar('null'),
  mapOf({
    mode: STRING,
    endpoint_mode: STRING,
    replicas: WHOLE,
    labels: LIST_OR_MAP,
    rollback_config: UPDATE,
    update_config: UPDATE,
    resources: RESOURCES,
    restart_policy: mapOf({
      condition: STRING,
      delay: STRING,
      max_attempts: WHOLE,
      window: STRING,
    }),
    placement: mapOf({
      constraints: STRINGS,
      preferences: listOf(mapOf({ spread: STRING })),
      max_replicas_per_node: WHOLE,
    }),
  }),
);

export const DEVELOP = choice(
  scalar('null'),
  mapOf({
    watch: listOf(
      mapOf(
        {
          // Compose 2.26 knows neither word; later ones do, and take one pattern for a list of one.
          include: choice(STRING, STRINGS),
          initial_sync: TRUTH,
          ignore: STRINGS,
          path: STRING,
          action: word('rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'),
          target: STRING,
          exec: HOOK,
        },
        { required: ['path', 'action'] },
      ),
    ),
  }),
);
