import { checkCommand } from '../../src/checks/check-command.ts';
import type { CheckWay } from '../../src/checks/incremental/incremental-command.ts';
import type { CheckDefinition, Module } from '../../src/model/module.ts';

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

/** Runs every check as it is written. */
export function checkAsWritten(_: Module, check: CheckDefinition): CheckWay {
  return { kind: 'plain', command: checkCommand(check), shown: check.run, why: 'a test' };
}
