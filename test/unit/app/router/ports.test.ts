import { describe, expect, it } from 'vitest';
import { choosePorts, movedNotes, wantedPorts } from '../../../../src/app/router/ports.ts';
import { ok } from '../../../../src/util/result.ts';

const USUAL = { http: 80, https: 443 };

/** A machine on which programs have these ports. */
function machine(taken: Readonly<Record<number, string>>) {
  return {
    engine: { runningContainers: () => Promise.resolve(ok([])) },
    ports: {
      isFree: (_address: string, port: number) => Promise.resolve(!(port in taken)),
      reserver: () => Promise.resolve(undefined),
      owner: (port: number) => {
        const name = taken[port];
        return Promise.resolve(name === undefined ? undefined : { name, pid: 7 });
      },
    },
  };
}

describe('ports of the router', () => {
  it.each([
    [undefined, USUAL],
    ['', USUAL],
    ['8080,8443', { http: 8080, https: 8443 }],
    ['80', undefined],
    ['80,80', undefined],
    ['0,443', undefined],
    ['80,70000', undefined],
    ['80,443,1', undefined],
    ['a,b', undefined],
  ])('are read from the variable: %j', (text, ports) => {
    expect(wantedPorts(text)).toEqual(ports);
  });

  it('are the usual ones where they are free', async () => {
    expect(await choosePorts(USUAL, new Set(), machine({}))).toEqual(USUAL);
  });

  it('are their stand-ins where programs have them, and that is said', async () => {
    const world = machine({ 80: 'nginx', 443: 'nginx', 8443: 'node' });
    const got = await choosePorts(USUAL, new Set(), world);
    expect(got).toEqual({ http: 8080, https: 20_080 });
    expect(await movedNotes(USUAL, got, new Map(), 'shop', world)).toEqual([
      '443 is taken by nginx (process 7): addresses by name are at port 20080',
      '80 is taken by nginx (process 7): addresses by name are at port 8080',
    ]);
  });

  it('are others where the engine may not open them, and its words are told', async () => {
    const got = await choosePorts(USUAL, new Set([443]), machine({}));
    expect(got).toEqual({ http: 80, https: 8443 });
    const refused = new Map([[443, 'cannot expose privileged port 443']]);
    expect(await movedNotes(USUAL, got, refused, 'shop', machine({}))).toEqual([
      '443 cannot be opened (cannot expose privileged port 443): addresses by name are at port 8443',
    ]);
  });

  it('are two, whatever is free', async () => {
    const got = await choosePorts({ http: 8443, https: 443 }, new Set([443]), machine({}));
    expect(new Set([got.http, got.https]).size).toBe(2);
  });
});
