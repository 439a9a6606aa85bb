import { describe, expect, it } from 'vitest';
import { decidePorts, parseRememberedPorts } from '../../../src/generate/ports.ts';
import type { PortsRequest, WantedPort } from '../../../src/generate/ports.ts';
import type { Settings } from '../../../src/model/settings.ts';

function wanted(service: string, hostPort: number, more: Partial<WantedPort> = {}): WantedPort {
  return {
    service,
    containerPort: 80,
    protocol: 'tcp',
    hostAddress: '127.0.0.1',
    hostPort,
    ...more,
  };
}

function settingsWith(ports: Readonly<Record<string, Readonly<Record<string, number>>>>): Settings {
  const services = Object.entries(ports).map(
    ([name, one]) =>
      [
        name,
        { run: true, containers: 'keep', data: 'keep', ports: new Map(Object.entries(one)) },
      ] as const,
  );
  return {
    modules: new Map(),
    services: new Map(services),
    watch: { enabled: true, mode: 'auto', quietMs: 50 },
    checks: { parallel: 1 },
    apply: 'auto',
    git: 'read-only',
    notifications: { bell: true, desktop: false },
    dashboard: { prefix: 'C-b' },
    tools: { engineSocket: false },
    compose: { ports: 'loopback', health: 'early', containerNames: 'scoped' },
    certificates: { companyCa: 'auto' },
    credentials: new Map(),
  };
}

function decide(
  ports: readonly WantedPort[],
  more: Partial<PortsRequest> & { taken?: readonly number[] } = {},
) {
  return decidePorts({
    wanted: ports,
    remembered: {},
    settings: settingsWith({}),
    held: [],
    probe: { isFree: (_address, port) => Promise.resolve(!(more.taken ?? []).includes(port)) },
    ...more,
  });
}

const assigned = async (...args: Parameters<typeof decide>): Promise<number[]> =>
  (await decide(...args)).ports.map((port) => port.assigned);

describe('decidePorts', () => {
  it('gives what is wanted when it is free', async () => {
    expect(await decide([wanted('proxy', 8443)])).toEqual({
      ports: [{ ...wanted('proxy', 8443), assigned: 8443 }],
      remembered: {},
      notes: [],
    });
  });

  it('gives the next free one, says it, and remembers it', async () => {
    const first = await decide([wanted('proxy', 8443)], { taken: [8443, 8444] });
    expect(first.ports[0]?.assigned).toBe(8445);
    expect(first.notes).toEqual(['8443 is taken by another program: proxy got 8445']);
    const later = { taken: [8443], remembered: first.remembered };
    expect(await assigned([wanted('proxy', 8443)], later)).toEqual([8445]);
    // Back to the wanted one as soon as it is free again.
    expect(await assigned([wanted('proxy', 8443)], { remembered: first.remembered })).toEqual([
      8443,
    ]);
  });

  it('follows the settings, and the definition when it wants another one', async () => {
    const settings = settingsWith({ proxy: { '80': 9000, '53/udp': 9053 } });
    const ports = [
      wanted('proxy', 8443),
      wanted('proxy', 53, { containerPort: 53, protocol: 'udp' }),
    ];
    expect(await assigned(ports, { settings })).toEqual([9000, 9053]);
    const { remembered } = await decide([wanted('proxy', 8443)], { taken: [8443] });
    expect(await assigned([wanted('proxy', 7000)], { remembered })).toEqual([7000]);
  });

  it('asks nothing about ports that its own containers hold', async () => {
    const held = [
      {
        service: 'proxy',
        containerPort: 80,
        protocol: 'tcp' as const,
        hostAddress: '127.0.0.1',
        hostPort: 8443,
      },
    ];
    const probe = { isFree: () => Promise.reject(new Error('asked')) };
    expect(await assigned([wanted('proxy', 8443)], { held, probe })).toEqual([8443]);
    await expect(decide([wanted('other', 8443)], { held, probe })).rejects.toThrow('asked');
  });

  it('gives no port twice, unless addresses or protocols differ', async () => {
    const ports = [
      wanted('a', 80),
      wanted('b', 80),
      wanted('c', 80, { protocol: 'udp' }),
      wanted('d', 80, { hostAddress: '127.0.0.2' }),
      wanted('e', 80, { hostAddress: '0.0.0.0' }),
    ];
    const decision = await decide(ports);
    expect(decision.ports.map((port) => port.assigned)).toEqual([80, 81, 80, 80, 82]);
    expect(decision.notes).toEqual(['80 is taken by a: b got 81', '80 is taken by a: e got 82']);
  });

  it('gives nobody a port that another service wants', async () => {
    const ports = [wanted('a', 80), wanted('b', 81)];
    expect(await assigned(ports, { taken: [80] })).toEqual([82, 81]);
  });

  it('finds any port where none is wanted, and keeps it', async () => {
    const first = await decide([wanted('a', 0), wanted('b', 0)], { taken: [20_000] });
    expect(first.ports.map((port) => port.assigned)).toEqual([20_001, 20_002]);
    expect(first.notes).toEqual([]);
    expect(await assigned([wanted('b', 0)], { remembered: first.remembered })).toEqual([20_002]);
  });
});

describe('parseRememberedPorts', () => {
  it('takes only what it has written', () => {
    expect(parseRememberedPorts({ 'proxy 80/tcp 127.0.0.1 80': 81 })).toEqual({
      'proxy 80/tcp 127.0.0.1 80': 81,
    });
    for (const wrong of [undefined, null, [], 'x', { a: 'b' }, { a: 70_000 }]) {
      expect(parseRememberedPorts(wrong)).toBeUndefined();
    }
  });
});
