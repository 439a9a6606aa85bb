import { CHECK_KINDS } from '../model/checks.ts';
import type { Module } from '../model/module.ts';
import type { KeyedStage } from './stage-keys.ts';

const BEFORE_STAGES = ['install', 'restore', ...CHECK_KINDS.slice(0, 1), 'pack', ...CHECK_KINDS];
const AFTER_STAGES = ['dependencies', 'profiles', 'bake', 'gate', 'smoke'];

/** Steps as people read them: module by module, each one's as the pipeline goes; then those about all. */
export function inOrder(
  ids: readonly string[],
  modules: readonly Module[],
  stages: readonly KeyedStage[],
): readonly string[] {
  const kinds = [
    ...BEFORE_STAGES,
    ...stages.map(({ definition }) => definition.name),
    ...AFTER_STAGES,
  ];
  const place = (id: string): number => {
    const [kind = '', module] = id.split(':');
    const at = modules.findIndex(({ name }) => name === module);
    return (at < 0 ? modules.length : at) * kinds.length + kinds.indexOf(kind);
  };
  return ids.toSorted((a, b) => place(a) - place(b));
}
