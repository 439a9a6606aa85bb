import { describe, expect, it } from 'vitest';
import { containerNameEdits, earlyHealthEdits } from '../../../src/generate/compose-edits.ts';

type Words = Readonly<Record<string, unknown>>;

function edits(service: Words, imageHealth?: Words) {
  return earlyHealthEdits({ services: { a: service } }, ['a'], () => imageHealth).flatMap((edit) =>
    edit.kind === 'set' ? [[edit.path.at(-1), edit.value]] : [],
  );
}

describe('health checks of a foreign file', () => {
  it('are asked every second until the first regular one', () => {
    expect(edits({ healthcheck: { test: ['CMD', 'x'], interval: '10s' } })).toEqual([
      ['start_interval', '1s'],
      ['start_period', '10s'],
    ]);
    expect(edits({ healthcheck: { test: ['CMD', 'x'] } })).toContainEqual(['start_period', '30s']);
  });

  it('keep a start_period of their own', () => {
    const healthcheck = { test: ['CMD', 'x'], interval: '10s', start_period: '1m' };
    expect(edits({ healthcheck })).toEqual([['start_interval', '1s']]);
  });

  it.each([
    [{ test: ['CMD', 'x'], start_interval: '3s' }],
    [{ test: ['CMD', 'x'], interval: '1s' }],
    [{ test: ['CMD', 'x'], interval: '500ms' }],
    [{ test: ['NONE'] }],
    [{ disable: true, test: ['CMD', 'x'] }],
    // There is none.
    [{ interval: '10s' }],
  ])('stay as they are: %j', (healthcheck) => {
    expect(edits({ healthcheck })).toEqual([]);
  });
});

describe('the health check of an image that a service is built into', () => {
  const test = ['CMD', 'x'];

  it("is asked early as well, and its test stays the image's", () => {
    expect(edits({}, { test, interval: '5m' })).toEqual([
      ['start_interval', '1s'],
      ['start_period', '5m'],
    ]);
    expect(edits({}, { test })).toContainEqual(['start_period', '30s']);
    expect(edits({}, { test, start_period: '1m' })).toEqual([['start_interval', '1s']]);
  });

  it('has what Compose says laid over it', () => {
    const health = { test, interval: '5m', start_period: '1m' };
    expect(edits({ healthcheck: { interval: '10s' } }, { test })).toContainEqual([
      'start_period',
      '10s',
    ]);
    expect(edits({ healthcheck: { interval: '1s' } }, health)).toEqual([]);
    expect(edits({ healthcheck: { start_period: '0s' } }, health)).toEqual([
      ['start_interval', '1s'],
    ]);
    expect(edits({ healthcheck: { test: ['NONE'] } }, health)).toEqual([]);
    expect(edits({ healthcheck: { disable: true } }, health)).toEqual([]);
    expect(edits({ healthcheck: { test, interval: '1s' } }, health)).toEqual([]);
  });

  it('keeps a start interval of its own', () => {
    expect(edits({}, { test, start_interval: '3s' })).toEqual([]);
  });
});

describe('a container_name that another project has', () => {
  const named = (service: Readonly<Record<string, unknown>>) =>
    containerNameEdits(
      { services: { a: { container_name: 'db', ...service } } },
      ['a'],
      'shop-2',
      new Set(['db']),
    ).map((edit) => [edit.path.slice(2).join('.'), edit.kind === 'set' ? edit.value : undefined]);

  it('is one of its own, and the old one is an alias on each network', () => {
    expect(named({})).toEqual([
      ['container_name', 'db-shop-2'],
      ['networks', { default: { aliases: ['db'] } }],
    ]);
    expect(named({ networks: { x: null, y: { aliases: ['z'] } } })[1]).toEqual([
      'networks',
      { x: { aliases: ['db'] }, y: { aliases: ['z', 'db'] } },
    ]);
    expect(named({ network_mode: 'host' })).toEqual([['container_name', 'db-shop-2']]);
  });

  it('stays where nobody else has it', () => {
    const document = { services: { a: { container_name: 'db' } } };
    expect(containerNameEdits(document, ['a'], 'shop-2', new Set())).toEqual([]);
  });
});
