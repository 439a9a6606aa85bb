import { parse } from 'yaml';
import { expect, it } from 'vitest';
import { readAccess } from '../../../src/tools/access.ts';

const place = { directory: '/p/.dev', secretsDirectory: '/p/.dev/secrets' };
const read = (text: string) => readAccess(parse(text), 'shop', place);

it('finds databases with user, port and the file of the password', () => {
  const { access, secrets } = read(`
services:
  db:
    image: onestack/postgres:1a2b
    environment: { POSTGRES_USER: shop, POSTGRES_PASSWORD_FILE: /run/secrets/password }
    secrets: [{ source: db-password, target: password }]
  cache:
    image: redis:8
    environment: ['REDIS_PASSWORD_FILE=/run/secrets/own']
    secrets: [{ source: mine, target: own }]
secrets:
  db-password: { file: ./secrets/db-password }
  mine: { file: /home/me/secret }
`);
  expect(access.databases).toEqual([
    {
      service: 'db',
      kind: 'postgres',
      client: 'psql',
      port: 5432,
      user: 'shop',
      database: 'shop',
      passwordFile: '/run/secrets/db-password',
    },
    {
      service: 'cache',
      kind: 'redis',
      client: 'redis-cli',
      port: 6379,
      passwordFile: '/run/own-secrets/secret',
    },
  ]);
  expect(secrets.map(({ hostPath }) => hostPath)).toEqual([
    '/p/.dev/secrets/db-password',
    '/home/me/secret',
  ]);
});

it('takes a password that the definition has in plain sight', () => {
  const { access } = read(
    'services: { db: { image: postgres, environment: [POSTGRES_PASSWORD=x] } }',
  );
  expect(access.databases[0]).toMatchObject({ password: 'x', user: 'postgres' });
});

it('reads ports in all their forms', () => {
  const { access } = read(`
services:
  web:
    image: web
    ports: ['8080:80', '127.0.0.1:8443:443/tcp', { target: 9000, published: 1 }, 70]
    expose: ['3000', 80]
  quiet: { image: x }
`);
  expect(access.services).toEqual([
    { name: 'web', ports: [70, 80, 443, 3000, 9000] },
    { name: 'quiet', ports: [] },
  ]);
});

it('makes nothing of documents that are broken', () => {
  for (const text of ['', '[]', 'services: 1', 'services: { a: 1 }']) {
    expect(read(text).access.databases).toEqual([]);
  }
});
