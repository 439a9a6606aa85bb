import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { emitCompose } from '../../../src/compose/write/emit.ts';
import type { Layer, MergedCompose, MergeRequest } from '../../../src/compose/load/merge.ts';
import type { Failure } from '../../../src/events/failure.ts';
import { ok, type Result } from '../../../src/util/result.ts';
import { FILE_LISTS } from '../../support/compose-generator.ts';
import { composeText } from '../../support/compose-writer.ts';

type Merge = (request: MergeRequest) => Result<MergedCompose, readonly Failure[]>;
type Emit = typeof emitCompose;

/** The same, and once more where every part is looked at again with every file. */
async function merges(): Promise<readonly { readonly merge: Merge; readonly emit: Emit }[]> {
  const load = async () => {
    const { mergeCompose } = await import('../../../src/compose/load/merge.ts');
    const { emitCompose } = await import('../../../src/compose/write/emit.ts');
    return { merge: mergeCompose, emit: emitCompose };
  };
  const usual = await load();
  vi.resetModules();
  vi.doMock('../../../src/compose/merge/settled.ts', () => {
    class Settled {
      has = () => false;
      touch(): void {}
      forget(): void {}
      eachYoung(list: { items: unknown[] }, look: (item: unknown, index: number) => void): void {
        list.items.forEach(look);
      }
      isUnique = () => false;
      appended(): void {}
      reformed(): void {}
      stateOf(): void {}
      keyed(): void {}
      unsettle(): void {}
      passed(): void {}
    }
    return { SettledParts: Settled, NOTHING_SETTLED: new Settled() };
  });
  const thorough = await load();
  vi.doUnmock('../../../src/compose/merge/settled.ts');
  vi.resetModules();
  return [usual, thorough];
}

function outcome({ merge, emit }: { merge: Merge; emit: Emit }, texts: readonly string[]): string {
  const layers = texts.map((text, index): Layer => {
    const name = `${index}.yaml`;
    return { kind: 'file', path: `/project/${name}`, display: name, text };
  });
  const merged = merge({
    layers,
    projectDirectory: '/project',
    projectName: 'shop',
    environment: {
      HOME: '/home/ada',
      SET: 'set',
      EMPTY: '',
      NUMBER: '42',
      TRUE: 'true',
      PORT: '80',
    },
    profiles: ['*'],
    interpolate: true,
    readFile: () => ok(undefined),
  });
  if (!merged.ok) return JSON.stringify(merged.failure, null, 1);
  const places = { directory: '/project', shownRoot: '/project' };
  return emit(merged.value, { ...places, comments: true, profiles: 'keep' });
}

/** Files that change what others settled, or break it. */
const MEDDLING = [
  'services: { web: { ports: !reset [] } }',
  'services: { web: !reset null }',
  'services: { web: { volumes: !override [ "./a:/a" ] } }',
  'services: { web: { image: 3 } }',
  'services: { web: { ports: [] } }',
  'services: { web: { depends_on: [web2] }, web2: { image: busybox, ports: ["80:80", "80:80"] } }',
  'services: { web: { healthcheck: { test: NONE }, labels: [a=1, a=2], cap_add: [A, A] } }',
  'networks: { front: { ipam: { config: [{ subnet: 10.1.0.0/16, gateway: 10.1.0.7 }] } } }',
  'volumes: { data: { external: true } }',
  'x-a: []',
];

describe('files over files, where what no file touches is looked at no more', () => {
  let both: Awaited<ReturnType<typeof merges>>;
  beforeAll(async () => {
    both = await merges();
  });

  it('come to the same document, and to the same refusals', () => {
    let refused = 0;
    fc.assert(
      fc.property(
        FILE_LISTS,
        FILE_LISTS,
        fc.array(fc.constantFrom(...MEDDLING), { maxLength: 2 }),
        fc.nat({ max: 5 }),
        (first, second, meddling, at) => {
          const texts = [...first, ...second].map((value) => composeText(value, false));
          texts.splice(Math.max(1, Math.min(at, texts.length)), 0, ...meddling);
          const [usual, thorough] = both.map((one) => outcome(one, texts));
          if (usual?.startsWith('[') === true) refused += 1;
          expect(usual).toBe(thorough);
        },
      ),
      { numRuns: 150 },
    );
    // Neither all nor none of them: both ways were seen.
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(150);
  });

  it('are not looked at again and again', async () => {
    const { SettledParts } = await import('../../../src/compose/merge/settled.ts');
    const asked = vi.spyOn(SettledParts.prototype, 'has');
    const { mergeCompose } = await import('../../../src/compose/load/merge.ts');
    const { emitCompose } = await import('../../../src/compose/write/emit.ts');
    const counts = [10, 20].map((files) => {
      asked.mockClear();
      const texts = Array.from({ length: files }, (_none, file) =>
        file === 0
          ? `services:\n${Array.from({ length: 50 }, (_one, n) => `  s${n}: { image: a, ports: ["${n + 1}:80"] }\n`).join('')}`
          : `services: { s${file}: { labels: [l${file}=1] } }`,
      );
      outcome({ merge: mergeCompose, emit: emitCompose }, texts);
      return asked.mock.calls.length;
    });
    const [ten = 0, twenty = 0] = counts;
    // Each file more asks of the services whether they are settled, and of nothing in them.
    expect(twenty - ten).toBeLessThan(10 * 50 * 8);
    expect(ten).toBeGreaterThan(0);
  });
});
