import { join } from 'node:path';
import { SETTINGS_FILE } from '../../definitions/change-setting.ts';
import { loadSettings } from '../../definitions/load-settings.ts';
import { saysNoSocket } from '../../definitions/says-no-socket.ts';
import type { Report } from '../../events/progress.ts';
import type { World } from '../../ports/world.ts';
import { SOCKET_REACH } from '../trust/settings-reaches.ts';
import { isTrustedWith } from '../trust/store.ts';
import type { Located } from '../project/locate.ts';
import { readProject } from '../project/read-project.ts';
import { ensureToolsImage } from './image.ts';
import type { ToolsRunContext } from './target.ts';

/** Puts together what the tools need for a project that was found. */
export function openTools(
  located: Located,
  world: World,
  options: { readonly report: Report; readonly signal: AbortSignal; readonly yes: boolean },
): ToolsRunContext {
  const { root, instance, places } = located;
  const { report, signal, yes } = options;
  const definition = readProject(root, world);
  return {
    world,
    project: instance,
    root,
    places,
    definition,
    engineSocket: wantsEngineSocket(definition, world, report) ? engineSocket(world) : undefined,
    ensureImage: () => ensureToolsImage({ root, places, yes, report, signal }, world),
    report,
    signal,
  };
}

/** Of the chosen engine; one without a socket on this machine lends none. */
function engineSocket({ engineChoice }: Pick<World, 'engineChoice'>): string | undefined {
  const choice = engineChoice();
  return choice.ok && choice.value.at.kind === 'socket' ? choice.value.at.path : undefined;
}

/** Parsing the settings takes a tenth of a probe's time, and mostly their text alone tells. */
function leavesOutSocket(root: string, { files }: Pick<World, 'files'>): boolean {
  const text = files.confined(root).read(join(root, SETTINGS_FILE));
  return text.ok && text.value !== undefined && saysNoSocket(text.value);
}

/** No, as long as definition or settings are broken: a debugger is of use then all the same. */
function wantsEngineSocket(
  project: ToolsRunContext['definition'],
  world: World,
  report: Report,
): boolean {
  if (!project.ok || leavesOutSocket(project.value.root, world)) return false;
  const { files, host, clock } = world;
  const settings = loadSettings(project.value, { files, host, clock, write: false });
  if (!settings.ok || !settings.value.settings.tools.engineSocket) return false;
  // The settings file lies where code in a container can write it.
  if (isTrustedWith([SOCKET_REACH], project.value.root, world)) return true;
  const text = `no engine socket in the tools: ${SOCKET_REACH.where} is not agreed to yet (dev trust)`;
  report({ kind: 'note', level: 'warning', text });
  return false;
}
