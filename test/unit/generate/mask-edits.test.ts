import { describe, expect, it } from 'vitest';
import { maskEdits } from '../../../src/generate/mask-edits.ts';

const MASKS = { hidden: ['/p/.dev'], guarded: ['/p/.git', '/p/dev'] };

/** What the edits lay over or set, as text: `app: /w/.dev tmpfs`, `app: volumes.0 read-only`. */
function masked(
  volumes: readonly unknown[],
  more: Readonly<Record<string, unknown>> = {},
  real: (path: string) => string = (path) => path,
): readonly string[] {
  const document = { services: { app: { volumes }, ...more } };
  return maskEdits(document, MASKS, real).map((edit) => {
    const [, service, , index] = edit.path;
    if (edit.kind !== 'append') return `${service}: ${index} read-only`;
    const { type, source, target, read_only } = edit.value as Record<string, unknown>;
    expect(read_only).toBe(true);
    return [`${service}:`, target, type, ...(source === undefined ? [] : [source])].join(' ');
  });
}

const bind = (source: string, target: string, more: object = {}) => ({
  type: 'bind',
  ...{ source, target, ...more },
});

describe('maskEdits', () => {
  it('hides, and guards, below every mount that shows the project or what it lies in', () => {
    expect(masked([bind('/p', '/w')])).toEqual([
      ...['app: /w/.dev tmpfs', 'app: /w/.git bind /p/.git', 'app: /w/dev bind /p/dev'],
    ]);
    expect(masked([bind('/', '/host')])).toContain('app: /host/p/.git bind /p/.git');
    expect(masked([bind('/link', '/w')], {}, () => '/p')).toContain('app: /w/.git bind /p/.git');
  });

  it('leaves other mounts alone, and guards nothing that cannot be written', () => {
    expect(masked([bind('/p/api', '/w'), bind('/project', '/x')])).toEqual([]);
    expect(masked([bind('/p', '/w', { read_only: true })])).toEqual(['app: /w/.dev tmpfs']);
  });

  it('makes read-only what is mounted out of it', () => {
    expect(masked([bind('/p/.git/hooks', '/h'), bind('/p/dev', '/d')])).toEqual([
      ...['app: 0 read-only', 'app: 1 read-only'],
    ]);
  });

  it('reaches who has the mounts of others, but not the options of those', () => {
    expect(masked([bind('/p', '/w')], { other: { volumes_from: ['app:rw'] } })).toContain(
      'other: /w/.git bind /p/.git',
    );
  });

  it('never lets the engine make what is guarded', () => {
    const document = { services: { app: { volumes: [bind('/p', '/w')] } } };
    const values = maskEdits(document, MASKS, (path) => path).flatMap((edit) =>
      edit.kind === 'append' ? [edit.value] : [],
    );
    expect(values).toContainEqual(
      bind('/p/.git', '/w/.git', { read_only: true, bind: { create_host_path: false } }),
    );
  });
});
