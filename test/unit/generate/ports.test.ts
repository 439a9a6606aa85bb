import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeldPort, PortsRequest, WantedPort } from '../../../src/generate/port-wishes.ts';
import { decidePorts, parseRememberedPorts } from '../../../src/generate/ports.ts';
import type { Settings } from '../../../src/model/settings.ts';

function wanted(service: string, hostPort: number, more: Partial<WantedPort> = {}): WantedPort {
  return {
    service,
    containerPort: 80,
    protocol: 'tcp',
    hostAddress: '127.0.0.1',
    hostPort,
    lastPort: hostPort,
    count: 1,
    ...more,
  };
}

/** The ports that containers have when a decision was carried out. */
function heldBy(
  { ports }: Awaited<ReturnType<typeof decidePorts>>,
  more: Partial<HeldPort> = {},
): HeldPort[] {
  return ports.flatMap(({ service, containerPort, protocol, hostAddress, assigned, count }) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ service, containerPort, protocol, hostAddress, stays: false },
      hostPort: assigned + index,
      ...more,
    })),
  );
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
    dependencies: 'shared',
    router: true,
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
    holder: () => Promise.resolve(undefined),
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
    expect(await decide([wanted('proxy', 8443)], later)).toMatchObject({
      ports: [{ assigned: 8445 }],
      // Said as it was given.
      notes: [],
    });
    // Back to the wanted one as soon as it is free again.
    expect(await assigned([wanted('proxy', 8443)], { remembered: first.remembered })).toEqual([
      8443,
    ]);
  });

  it('moves nothing to where no browser goes, and leaves what is written', async () => {
    const taken = [85, 86, 5059, 6664];
    expect(await assigned([wanted('a', 86)], { taken })).toEqual([88]);
    expect(await assigned([wanted('b', 5059, { count: 2 })], { taken })).toEqual([5062]);
    expect(await assigned([wanted('c', 6664)], { taken })).toEqual([6670]);
    expect(await assigned([wanted('d', 6000)])).toEqual([6000]);
    expect(await assigned([wanted('e', 85, { lastPort: 90 })], { taken })).toEqual([88]);
    expect(await assigned([wanted('f', 87, { lastPort: 87 })])).toEqual([87]);
    const { remembered } = await decide([wanted('g', 85)], { taken: [85] });
    expect(Object.values(remembered)).toEqual([86]);
    const before = Object.fromEntries(Object.keys(remembered).map((key) => [key, 87]));
    expect(await assigned([wanted('g', 85)], { taken: [85, 86], remembered: before })).toEqual([
      88,
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
    const held = heldBy(await decide([wanted('proxy', 8443)]));
    const probe = { isFree: () => Promise.reject(new Error('asked')) };
    expect(await assigned([wanted('proxy', 8443)], { held, probe })).toEqual([8443]);
    const staying = held.map((one) => ({ ...one, stays: true }));
    const other = wanted('other', 8443);
    expect(await assigned([other], { held, probe })).toEqual([8443]);
    await expect(decide([other], { held: staying, probe })).rejects.toThrow('asked');
  });

  it('keeps the ports of services that are renamed, swapped and moved', async () => {
    const taken = [8080];
    const first = await decide([wanted('web', 8080), wanted('api', 9000)], { taken });
    const now = { taken, held: heldBy(first), remembered: first.remembered };
    expect(await assigned([wanted('front', 8080), wanted('api', 9000)], now)).toEqual([8081, 9000]);
    expect(await assigned([wanted('api', 9000), wanted('web', 8080)], now)).toEqual([9000, 8081]);
    const swapped = [wanted('web', 9000), wanted('api', 8081)];
    expect(await assigned(swapped, now)).toEqual([9000, 8081]);
  });

  it('moves nobody who runs, and goes back when all is down', async () => {
    const { remembered, ...first } = await decide([wanted('web', 8080)], { taken: [8080] });
    const held = heldBy({ ...first, remembered });
    const running = await decide([wanted('web', 8080)], { held, remembered });
    expect(running.ports[0]?.assigned).toBe(8081);
    expect(running.notes).toEqual(['8080 is free again: web has 8081 until the next dev down']);
    expect(await assigned([wanted('web', 8080)], { remembered })).toEqual([8080]);
    // Also when somebody else asks for the very one that it moved to.
    const both = [wanted('web', 8080), wanted('new', 8081)];
    expect(await assigned(both, { held, remembered, taken: [8080] })).toEqual([8081, 8082]);
  });

  it('gives ranges and replicas theirs in one go, and nobody else a port of a range', async () => {
    const udp = { protocol: 'udp' as const };
    const r = wanted('r', 8368, udp);
    const s = wanted('s', 8368, { ...udp, lastPort: 8370, count: 2 });
    expect(await assigned([r, s], { taken: [8368] })).toEqual([8371, 8369]);
    expect(await assigned([r, s])).toEqual([8368, 8369]);
    expect(await assigned([s, r])).toEqual([8369, 8368]);
    // Too few in the range: elsewhere, and said.
    const moved = await decide([{ ...s, count: 2 }], { taken: [8369] });
    expect(moved.ports[0]?.assigned).toBe(8370);
    expect(await assigned([{ ...s, lastPort: 8368, count: 3 }], { taken: [8370] })).toEqual([8371]);
  });

  it('names who has it', async () => {
    const holder = () => Promise.resolve('node (process 1234)');
    const { notes } = await decide([wanted('web', 8080)], { taken: [8080], holder });
    expect(notes).toEqual(['8080 is taken by node (process 1234): web got 8081']);
  });

  const wishes = fc.array(
    fc.record({
      service: fc.constantFrom('a', 'b', 'c', 'd'),
      containerPort: fc.constantFrom(80, 81),
      protocol: fc.constantFrom('tcp' as const, 'udp' as const),
      hostAddress: fc.constantFrom('127.0.0.1', '0.0.0.0', '127.0.0.2'),
      hostPort: fc.constantFrom(0, 8080, 8081, 8082, 8083),
      more: fc.nat(3),
      count: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 6 },
  );
  const toWanted = (all: readonly (Omit<WantedPort, 'lastPort'> & { more: number })[]) =>
    all.map(({ more, ...one }): WantedPort => {
      const isAny = one.hostPort === 0;
      return { ...one, lastPort: isAny ? 0 : one.hostPort + more, count: isAny ? 1 : one.count };
    });
  /** Two wishes of one service that nothing tells apart are one in what is remembered. */
  const distinct = (all: readonly WantedPort[]): readonly WantedPort[] => [
    ...new Map(
      all.map((one) => [`${one.service} ${one.containerPort} ${one.protocol}`, one]),
    ).values(),
  ];
  const ports = fc.array(fc.integer({ min: 8078, max: 8090 }));

  it('decides the same again, whoever else comes and goes, and under other names', async () => {
    await fc.assert(
      fc.asyncProperty(wishes, ports, ports, async (all, taken, later) => {
        const wished = distinct(toWanted(all));
        const first = await decide(wished, { taken });
        const held = heldBy(first);
        const before = first.ports.map((port) => port.assigned);
        const { remembered } = first;
        expect(await assigned(wished, { taken: later, held, remembered })).toEqual(before);
        const renamed = wished.map((one) => ({ ...one, service: `new-${one.service}` }));
        expect(await assigned(renamed, { taken, held, remembered })).toEqual(before);
        const own = heldBy(first);
        const pairs = own.flatMap((one, index) => own.slice(index + 1).map((two) => [one, two]));
        const everywhere = '0.0.0.0';
        for (const [one, two] of pairs) {
          const meet =
            one?.hostPort === two?.hostPort &&
            one?.protocol === two?.protocol &&
            (one?.hostAddress === two?.hostAddress ||
              one?.hostAddress === everywhere ||
              two?.hostAddress === everywhere);
          expect(meet).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
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
