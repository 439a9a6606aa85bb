import { describe, expect, it } from 'vitest';
import { mergeCompose, services, servicesOff } from '../../../src/compose/load/merge.ts';
import { ok } from '../../../src/util/result.ts';

const TEXT = `
services:
  web: {image: a}
  tool: {image: a, profiles: [debug, ops], depends_on: [store]}
  store: {image: a, profiles: [debug]}
  other: {image: a, profiles: [debug]}
  lone: {image: a, profiles: [lone]}
`;

function merged(profiles: readonly string[], named: readonly string[] = []) {
  const result = mergeCompose({
    layers: [{ kind: 'file', path: '/p/compose.yaml', display: 'compose.yaml', text: TEXT }],
    projectDirectory: '/p',
    environment: {},
    profiles,
    named,
    interpolate: true,
    readFile: () => ok(undefined),
  });
  if (!result.ok) throw new Error(result.failure.map(({ what }) => what).join());
  return result.value;
}

describe('profiles', () => {
  it('keep services from running, which are known by them', () => {
    expect(services(merged([]))).toEqual(['web']);
    expect([...servicesOff(merged([]))]).toEqual([
      ['tool', ['debug', 'ops']],
      ['store', ['debug']],
      ['other', ['debug']],
      ['lone', ['lone']],
    ]);
  });

  it('that are on bring their services', () => {
    expect(services(merged(['debug']))).toEqual(['web', 'store', 'tool', 'other']);
    expect(services(merged(['*']))).toHaveLength(5);
  });

  it('of a service that is named are on for it and what it needs, not for others', () => {
    expect(services(merged([], ['tool']))).toEqual(['web', 'store', 'tool']);
    expect(services(merged(['lone'], ['web']))).toEqual(['web', 'lone']);
  });
});
