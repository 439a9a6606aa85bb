import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leftovers } from '../support/engine-leftovers.ts';
import { httpsRequest } from '../support/https-request.ts';
import { rigForSuite, rigForTest } from '../support/rig.ts';
import { shopClient } from '../support/shop.ts';
import { waitFor } from '../support/wait-for.ts';

const COLD_UP_MS = 900_000;
const MUGS = { sku: 'mug', quantity: 12, email: 'ada@example.com' };

/** Every service that the shop runs; `common` is a library, its container holds its checks. */
const SERVICES = ['api', 'cache', 'common', 'db', 'pricing', 'proxy', 'worker'];

describe('the shop', () => {
  const rig = rigForSuite({ copyOf: 'examples/shop' });

  test('comes up from a fresh copy', { timeout: COLD_UP_MS }, async () => {
    const up = await rig().dev(['up', '--yes', '--detach'], { timeoutMs: COLD_UP_MS });
    expect(up.status).toBe(0);
    // Nothing is shared with another clone, and Go's standard library is not compiled for each.
    expect(up.stderr).toContain('✓ Fill the caches from go-seed');

    const status = await rig().dev(['status', '--json']);
    expect(status.status).toBe(0);
    const { services } = JSON.parse(status.stdout) as {
      services: { service: string; state: string; health: string }[];
    };
    const seen = services.map(({ service, state, health }) => `${service} ${state} ${health}`);
    expect(seen.sort()).toEqual(
      SERVICES.map((name) => `${name} running ${name === 'common' ? 'none' : 'healthy'}`),
    );
  });

  test('takes an order through every service, and it can be read back', async () => {
    const shop = await shopClient(rig());
    const placed = await shop.post('/orders', MUGS, 'shop-test-1');
    expect(placed.status).toBe(201);
    expect(placed.headers['x-request-id']).toBe('shop-test-1');
    // 12 mugs at 9.00, less 5 percent: only the Go service knows that.
    const { id, status, totalCents } = JSON.parse(placed.body) as Record<string, unknown>;
    expect({ status, totalCents }).toEqual({ status: 'pending', totalCents: 10_260 });

    const order = await waitFor('the worker confirms the order', async () => {
      const seen = await shop.order(String(id));
      return seen.status === 'confirmed' && seen;
    });
    expect(order).toMatchObject({ ...MUGS, id, totalCents: 10_260 });
  });

  test('refuses a wrong order, and one of an unknown article', async () => {
    const shop = await shopClient(rig());
    expect((await shop.post('/orders', { ...MUGS, quantity: 0 })).status).toBe(400);
    expect((await shop.post('/orders', { ...MUGS, sku: 'cup' })).status).toBe(422);
  });

  test('one request id leads through the logs of all services', async () => {
    // The worker writes its line after the order that the test before waited for.
    const services = await waitFor('the lines of four services', async () => {
      const logs = await rig().dev(['logs', '--json', '--grep', 'shop-test-1']);
      const lines = logs.stdout.trim().split('\n');
      const seen = new Set(lines.map((line) => (JSON.parse(line) as { service: string }).service));
      return seen.size === 4 && seen;
    });
    expect([...services].sort()).toEqual(['api', 'pricing', 'proxy', 'worker']);
  });

  test('is trusted by its own authority alone, and sends HTTP to HTTPS', async () => {
    const shop = await shopClient(rig());
    await expect(httpsRequest(shop.url)).rejects.toThrow(/self-signed|unable to (get|verify)/);
    const plain = await fetch(`${shop.url.replace('https:', 'http:')}/orders`, {
      redirect: 'manual',
    });
    expect([plain.status, plain.headers.get('location')]).toEqual([308, `${shop.url}/orders`]);
  });

  test('coming up again changes nothing, and keeps the orders', async () => {
    const containers = () =>
      rig().run(['docker', 'ps', '--quiet', '--filter', `name=^${rig().name}-`]);
    const before = (await containers()).stdout;
    const orders = await shopClient(rig());
    const { id } = JSON.parse((await orders.post('/orders', MUGS)).body) as { id: string };

    expect((await rig().dev(['up', '--yes', '--detach'])).status).toBe(0);
    expect((await containers()).stdout).toBe(before);
    expect((await orders.order(id)).id).toBe(id);
  });

  test('leaves no file in the repository to anybody else', () => {
    expect(notOwnedBy(process.getuid?.() ?? 0, rig().directory)).toEqual([]);
  });

  test('keeps nothing after down --volumes but the installed dependencies and their caches', async () => {
    const down = await rig().dev(['down', '--volumes']);
    expect(down.status).toBe(0);
    const { containers, networks, volumes } = await leftovers(rig().name);
    expect({ containers, networks }).toEqual({ containers: [], networks: [] });
    expect(volumes.filter((name) => !/^onestack-(?:deps|cache)-/.test(name))).toEqual([]);
  });
});

/** Somebody who is not root, but may use the engine. Only root can become somebody else. */
describe.runIf(process.getuid?.() === 0)('the shop of an ordinary person', () => {
  test('runs as that person, and makes only files of hers', { timeout: COLD_UP_MS }, async () => {
    const person = { uid: 65_534, gid: 65_534, groups: [statSync('/var/run/docker.sock').gid] };
    const rig = rigForTest({ copyOf: 'examples/shop', person });
    const up = await rig.dev(['up', '--yes', '--detach'], { timeoutMs: COLD_UP_MS });
    expect(up.status).toBe(0);

    const shop = await shopClient(rig);
    expect((await shop.post('/orders', MUGS)).status).toBe(201);
    const whoami = await rig.dev(['shell', 'api', '--', 'id', '-u']);
    expect(whoami.stdout.trim()).toBe('65534');
    expect(notOwnedBy(person.uid, rig.directory)).toEqual([]);
  });
});

/** Paths below a folder that do not belong to a user. */
function notOwnedBy(uid: number, directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
    (path) => lstatSync(join(directory, path)).uid !== uid,
  );
}
