import { describe, expect, it } from 'vitest';
import { kindOfImage, kindOfService, SERVICE_KINDS } from '../../../src/service-kinds/table.ts';

describe('the kind of an image', () => {
  it.each([
    ['onestack/postgres:0123456789ab', 'postgres'],
    ['postgres', 'postgres'],
    ['pgvector/pgvector:pg16', 'postgres'],
    ['registry.example:5000/timescale/timescaledb-ha:pg16', 'postgres'],
    ['bitnami/postgresql-repmgr:16@sha256:00', 'postgres'],
    ['company/postgres16', 'postgres'],
    ['redis/redis-stack-server:7', 'redis'],
    ['docker.dragonflydb.io/dragonflydb/dragonfly', 'redis'],
    ['valkey/valkey:8', 'redis'],
    ['mariadb:11', 'mysql'],
    ['percona/percona-server:8.0', 'mysql'],
    ['percona/percona-server-mongodb:7', 'mongodb'],
    ['mongodb/mongodb-community-server', 'mongodb'],
    ['rabbitmq:3-management', 'rabbitmq'],
    ['confluentinc/cp-kafka:7.6', 'kafka'],
    ['axllent/mailpit', 'mail'],
  ])('%s is %s', (image, name) => {
    expect(kindOfImage(image)?.name).toBe(name);
  });

  it.each([
    'node:24',
    'mongo-express',
    'redis/redisinsight',
    'rediscommander/redis-commander',
    'prometheuscommunity/postgres-exporter',
    'dpage/pgadmin4',
    'phpmyadmin',
    'edoburu/pgbouncer',
    'provectuslabs/kafka-ui',
    'confluentinc/cp-kafka-connect',
    'postgres/app',
    'registry.example:6379/redis/api',
    '',
  ])('%s is none', (image) => {
    expect(kindOfImage(image)).toBeUndefined();
  });
});

describe('the kind of a service', () => {
  it('is told by its image, else its name, else its variables', () => {
    const kind = (service: string, image: string, variable: string, ...exposedPorts: number[]) =>
      kindOfService(service, image, { environment: [variable], exposedPorts })?.name;
    expect(kind('redis', 'postgres:17', 'MYSQL_DATABASE=x', 3306)).toBe('postgres');
    expect(kind('redis', 'company/cache', '')).toBe('redis');
    expect(kind('redis-2', 'company/cache', '')).toBe('redis');
    expect(kind('db', 'company/db', 'MYSQL_DATABASE=x', 33060, 3306)).toBe('mysql');
    expect(kind('redis-worker', 'company/app', 'NODE_ENV=test')).toBeUndefined();
  });

  it('is none for a client, which is told the same variables', () => {
    for (const { variables } of SERVICE_KINDS) {
      for (const beginning of variables) {
        const environment = [`${beginning}URL=x`, `${beginning}HOST=db`];
        for (const exposedPorts of [[], [8000], [80, 443]]) {
          const told = { environment, exposedPorts };
          expect(kindOfService('api', 'company/api', told)).toBeUndefined();
        }
      }
    }
  });
});

describe('the table', () => {
  it('knows no word, port or variable twice', () => {
    const all = [
      SERVICE_KINDS.map(({ name }) => name),
      SERVICE_KINDS.flatMap(({ images }) => images),
      SERVICE_KINDS.flatMap(({ variables }) => variables),
    ];
    for (const list of all) expect(new Set(list).size).toBe(list.length);
    const schemes = new Map<number, string>();
    for (const { port, scheme } of SERVICE_KINDS.flatMap(({ ports }) => ports)) {
      expect(schemes.get(port) ?? scheme).toBe(scheme);
      schemes.set(port, scheme);
    }
  });

  it('has names that are words of an address', () => {
    for (const { name } of SERVICE_KINDS) expect(name).toMatch(/^[a-z][a-z0-9]*$/);
  });
});
