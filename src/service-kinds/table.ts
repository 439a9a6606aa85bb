import type { ServiceKind } from './kind.ts';
import { prometheus } from './prometheus.ts';
import { minio } from './minio.ts';
import { keycloak } from './keycloak.ts';
import { grafana } from './grafana.ts';
import { elasticsearch } from './elasticsearch.ts';
import { kafka } from './kafka.ts';
import { mail } from './mail.ts';
import { memcached } from './memcached.ts';
import { mongodb } from './mongodb.ts';
import { mosquitto } from './mosquitto.ts';
import { mysql } from './mysql.ts';
import { nats } from './nats.ts';
import { postgres } from './postgres.ts';
import { rabbitmq } from './rabbitmq.ts';
import { redis } from './redis.ts';
import { s3 } from './s3.ts';

/** Every kind, one file each. Of an image whose name has words of two, the earlier one counts. */
export const SERVICE_KINDS: readonly ServiceKind[] = [
  postgres,
  redis,
  // Before MySQL: `percona-server-mongodb`.
  mongodb,
  mysql,
  memcached,
  rabbitmq,
  nats,
  mosquitto,
  kafka,
  mail,
  elasticsearch,
  minio,
  s3,
  prometheus,
  grafana,
  keycloak,
];

const BY_NAME = new Map(SERVICE_KINDS.map((kind) => [kind.name, kind]));

/** What goes beside such a service, and has its name in its own. */
const BESIDE = new Set(
  (
    'admin backup bouncer client commander connect connector dashboard dashboards exporter express ' +
    'gui migrate migrations operator pgbouncer pgpool proxy registry rest sentinel ui web'
  ).split(' '),
);

/** `mirror:5000/bitnami/postgresql-repmgr:16@sha256:…` → `postgresql`, `repmgr`. */
function wordsOf(image: string): readonly string[] {
  const name = /^(?:.*\/)?([^/:@]+)(?::[^/@]*)?(?:@.*)?$/.exec(image)?.[1] ?? '';
  return name.toLowerCase().split(/[-_.]/);
}

/** `postgres17` → `postgres`. */
const withoutVersion = (word: string): string => word.replace(/\d+$/, '');

const isOf = ({ images }: ServiceKind, word: string): boolean =>
  images.includes(word) || images.includes(withoutVersion(word));

/** The kind that an image is of, by its name; undefined when none is known. */
export function kindOfImage(image: string): ServiceKind | undefined {
  const words = wordsOf(image);
  if (words.some((word) => BESIDE.has(withoutVersion(word)))) return undefined;
  return SERVICE_KINDS.find((kind) => words.some((word) => isOf(kind, word)));
}

/** What is known of a service's container. */
export interface KindEvidence {
  /** `NAME=value`. */
  readonly environment: readonly string[];
  /** TCP ports that its image or the Compose file names. */
  readonly exposedPorts: readonly number[];
}

/**
 * The kind of a running service: by its image, else by what it is called, else by variables that its
 * container is told. Clients are told the same ones (`POSTGRES_HOST`, `REDIS_URL`), so the port has to
 * be there, too.
 */
export function kindOfService(
  service: string,
  image: string,
  { environment, exposedPorts }: KindEvidence,
): ServiceKind | undefined {
  const known = kindOfImage(image);
  if (known !== undefined) return known;
  const [word = '', ...more] = wordsOf(service).filter((one) => withoutVersion(one) !== '');
  return (
    SERVICE_KINDS.find((kind) => more.length === 0 && isOf(kind, word)) ??
    SERVICE_KINDS.find(
      ({ variables, ports }) =>
        ports.some(({ port }) => exposedPorts.includes(port)) &&
        environment.some((one) => variables.some((beginning) => one.startsWith(beginning))),
    )
  );
}

export function kindNamed(name: string): ServiceKind | undefined {
  return BY_NAME.get(name);
}
