import { overviewRows, problemRows } from './rows.ts';
import type { Scene } from './scene.ts';
import { focusedPane } from './ui.ts';
import type { Ui } from './ui.ts';

/** What a person is looking at: the service and the module that commands without a name mean. */
export interface Focus {
  readonly service: string | undefined;
  readonly module: string | undefined;
}

export function focusOf(ui: Ui, around: Scene): Focus {
  const window = around.windows[ui.window];
  const named = (name: string | undefined): Focus => ({
    service: name !== undefined && name in around.state.services ? name : undefined,
    module: around.state.modules.some((module) => module.name === name) ? name : undefined,
  });
  if (window?.kind === 'overview') return named(overviewRows(around)[ui.selected.overview]?.name);
  if (window?.kind === 'problems') return named(problemRows(around)[ui.selected.problems]?.subject);
  const definition = focusedPane(ui, around)?.definition;
  if (definition === undefined || definition.kind === 'edit') return named(undefined);
  if ('service' in definition) return named(definition.service);
  if ('module' in definition) return named(definition.module);
  return named('in' in definition ? definition.in : undefined);
}
