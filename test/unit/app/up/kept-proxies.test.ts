import { describe, expect, it } from 'vitest';
import { keptProxies } from '../../../../src/app/up/kept-proxies.ts';
import type { Plan, Step } from '../../../../src/plan/step.ts';

const step = (kind: 'recreate' | 'start', service: string): Step => ({
  ...{ id: `${kind}:${service}`, action: { kind, service }, cause: '' },
  ...{ needs: [], after: [], weight: 0 },
});

const told = (
  services: Readonly<Record<string, unknown>>,
  steps: readonly Step[],
  unchanged: readonly string[],
): readonly string[] => {
  const plan: Pick<Plan, 'steps' | 'unchanged'> = { steps, unchanged };
  return keptProxies(plan, { services }).map(({ text }) => text);
};

const SERVICES = {
  edge: { image: 'nginx:1.27', depends_on: { web: {}, api: {} } },
  'my-proxy': { build: '.', depends_on: { web: {} } },
  worker: { image: 'node', depends_on: { web: {} } },
  traefik: { image: 'traefik:3', depends_on: { web: {} } },
  web: { image: 'node' },
  api: { image: 'node' },
};
const PROXIES = ['edge', 'my-proxy', 'worker', 'traefik'];

describe('a proxy that ran on while what is behind it was made anew', () => {
  it('is told, with what makes it look again', () => {
    const notes = told(SERVICES, [step('recreate', 'web'), step('start', 'web')], PROXIES);
    expect(notes).toEqual([
      'edge ran on while web behind it was made anew: it may answer 502 for some seconds (dev up --recreate=edge; `depends_on: { web: { condition: service_started, restart: true } }` makes it anew by itself)',
      expect.stringMatching(/^my-proxy ran on while web /),
    ]);
  });

  it('is no news when it was made anew itself, or nothing behind it was', () => {
    const both = [step('recreate', 'web'), step('recreate', 'edge')];
    expect(told(SERVICES, both, ['worker'])).toEqual([]);
    expect(told(SERVICES, [step('start', 'web')], PROXIES)).toEqual([]);
    expect(told(SERVICES, [step('recreate', 'worker')], PROXIES)).toEqual([]);
  });
});
