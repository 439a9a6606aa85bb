import { describe, expect, it } from 'vitest';
import { expectedHosts, routerRecord } from '../../../src/router/routes.ts';
import type { ContainerSummary } from '../../../src/ports/engine-containers.ts';
import { aContainer } from '../../support/containers.ts';

type Service = Readonly<Record<string, unknown>>;

function container(service: string, over: Partial<ContainerSummary> = {}): ContainerSummary {
  const networks = new Map([['shop_default', 'n1']]);
  return aContainer(service, { id: `${service}0123456789abcdef`, networks, ...over });
}

function record(
  services: Readonly<Record<string, Service>>,
  over: {
    readonly front?: string;
    readonly containers?: readonly ContainerSummary[];
    readonly probed?: readonly string[];
  } = {},
) {
  const order = Object.keys(services);
  return routerRecord({
    instance: 'shop',
    root: '/home/ann/shop',
    document: { services },
    order,
    containers: over.containers ?? order.map((name) => container(name)),
    probed: over.probed ?? [],
    front: over.front,
  });
}

const hosts = (made: ReturnType<typeof record>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    made.routes.map(({ host, service, port, secure }) => [
      host,
      `${service}:${String(port)}${secure ? ' tls' : ''}`,
    ]),
  );

const publishes = (...ports: readonly number[]): Service => ({
  ports: ports.map((target) => ({ target, protocol: 'tcp' })),
});

describe('addresses of a project', () => {
  it('are its own name for what browsers are meant for, and one for each that speaks HTTP', () => {
    const made = record({
      db: { image: 'postgres:16', ...publishes(5432) },
      mail: { image: 'maildev/maildev', ...publishes(1025, 1080) },
      api: { environment: { PORT: '3000' } },
      web: { expose: ['8080'] },
      worker: {},
    });
    expect(hosts(made)).toEqual({
      'shop.localhost': 'web:8080',
      'mail.shop.localhost': 'mail:1080',
      'api.shop.localhost': 'api:3000',
      'web.shop.localhost': 'web:8080',
    });
    expect(made.networks).toEqual(['shop_default']);
  });

  it('are of those, too, that name no port, but whose image, health check or probe does', () => {
    const services = {
      image: {},
      checked: { healthcheck: { test: ['CMD', 'curl', 'http://localhost:5000/health'] } },
      asked: {},
      redis: { image: 'redis' },
      worker: {},
      named: { expose: ['9000'] },
    };
    const made = record(services, {
      containers: Object.keys(services).map((name) =>
        container(name, {
          exposedPorts: { image: [8000], redis: [6379], named: [8000, 9000] }[name] ?? [],
        }),
      ),
      probed: ['http://asked:7000/x', 'tcp://worker:7001', 'http://asked-too:7002', 'postgres'],
    });
    expect(hosts(made)).toEqual({
      'shop.localhost': 'image:8000',
      'image.shop.localhost': 'image:8000',
      'checked.shop.localhost': 'checked:5000',
      'asked.shop.localhost': 'asked:7000',
      'named.shop.localhost': 'named:9000',
    });
  });

  it('lead to the port with TLS of one that has both: the other one sends there', () => {
    const made = record({ api: publishes(3000), proxy: publishes(80, 443) });
    expect(hosts(made)).toMatchObject({
      'shop.localhost': 'proxy:443 tls',
      'proxy.shop.localhost': 'proxy:443 tls',
      'api.shop.localhost': 'api:3000',
    });
  });

  it('have at the project’s name whom the team says, or nobody where that one has no page', () => {
    const services = { web: publishes(3000), admin: publishes(3001), worker: {} };
    expect(hosts(record(services, { front: 'admin' }))['shop.localhost']).toBe('admin:3001');
    expect(hosts(record(services, { front: 'worker' }))['shop.localhost']).toBeUndefined();
  });

  it('are of no container that does not run, has no network with names, or has no name of a host', () => {
    const service = publishes(3000);
    const services = { stopped: service, hosted: service, alone: service, 'a.b': service };
    const made = record(services, {
      containers: [
        container('stopped', { state: 'exited' }),
        container('hosted', { networks: new Map([['host', 'h']]) }),
        container('alone', { networks: new Map() }),
        container('a.b'),
      ],
    });
    expect(made.routes.map(({ host }) => host)).toEqual([]);
  });

  it('lead to the first of several containers, over the project’s own network', () => {
    const label = (number: string) => ({ 'com.docker.compose.container-number': number });
    const networks = new Map([
      ['everybody', 'e'],
      ['shop_back', 'b'],
    ]);
    const made = record(
      { web: publishes(3000) },
      {
        containers: [
          container('web', { id: 'b'.repeat(64), labels: label('2'), networks }),
          container('web', { id: 'a'.repeat(64), labels: label('1'), networks }),
        ],
      },
    );
    expect(made.routes[0]).toMatchObject({ container: 'a'.repeat(12) });
    expect(made.networks).toEqual(['shop_back']);
  });

  it('are none of debuggers, mail servers and what is no TCP', () => {
    const udp = { ports: [{ target: 3000, protocol: 'udp' }] };
    // As a MySQL of two ports is often written.
    const db = { image: 'mariadb', expose: ['3306', '33060'] };
    const built = { expose: ['33060'] };
    const made = record({ debugged: publishes(9229), mail: publishes(25), udp, db, built });
    expect(made.routes).toEqual([]);
  });

  it('are known before anything runs, but for what only an image tells', () => {
    const services = {
      web: publishes(8080),
      api: { expose: ['3000'] },
      mute: {},
      db: { image: 'redis' },
    };
    const before = { instance: 'shop', document: { services }, probed: [], front: undefined };
    const order = Object.keys(services);
    const expected = expectedHosts({ ...before, order, containers: [] });
    expect(expected).toEqual(['shop.localhost', 'web.shop.localhost', 'api.shop.localhost']);
    expect(expected).toEqual(record(services).routes.map(({ host }) => host));
    const named = expectedHosts({ ...before, order, containers: [], front: 'api' });
    expect(named[0]).toBe('shop.localhost');
  });
});
