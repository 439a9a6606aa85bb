import type { Module } from '../../src/model/module.ts';

/** A module with nothing to do; everything that a test does not name is ordinary. */
export function aModule(name: string, overrides: Partial<Module> = {}): Module {
  return {
    name,
    path: name,
    image: 'node',
    uses: [],
    install: undefined,
    checks: [],
    run: undefined,
    restart: 'never',
    artifact: [],
    ignore: [],
    ...overrides,
  };
}
