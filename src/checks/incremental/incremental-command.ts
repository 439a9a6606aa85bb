import { join } from 'node:path';
import { isMapping } from '../../model/plain.ts';
import type { CheckDefinition, Module } from '../../model/module.ts';
import { lockfilesOf } from '../../model/module.ts';
import { sha256 } from '../../util/sha256.ts';
import { checkCommand, withVariables } from '../check-command.ts';
import { quoted } from '../../util/shell-words.ts';
import { planEslint } from './eslint.ts';
import { namedTool } from './named-tool.ts';
import { ownCache } from './own-cache.ts';
import { asWritten, type ToolFacts, type ToolPlan, type ToolRequest } from './tool-plan.ts';
import { planTsc } from './tsc.ts';
import { readJson } from '../../util/read-json.ts';

/** Tools that are made to look only at what changed, by the name of their program. */
const TOOLS: Readonly<Record<string, (request: ToolRequest, facts: ToolFacts) => ToolPlan>> = {
  tsc: planTsc,
  eslint: planEslint,
};

/** How a check is run. */
export interface CheckWay {
  /** `kept`: with what it left the last time; `own`: as written, quick by itself; `plain`: as written. */
  readonly kind: ToolPlan['kind'];
  /** Shell text for the container. */
  readonly command: string;
  /** The same for people: without what keeps things. */
  readonly shown: string;
  readonly why: string;
}

export interface IncrementalFacts extends ToolFacts {
  /** Where the containers of the clone keep caches. */
  readonly cachePath: string;
  /** Of this folder: worktrees share the volume. */
  readonly place: string;
}

type Checked = Pick<Module, 'name' | 'path' | 'install'>;

const KEY_LENGTH = 16;
const PLACE_LENGTH = 12;

/** Whose kept states are whose in a volume that the worktrees of a clone share. */
export const keptPlace = (root: string): string => sha256(root).slice(0, PLACE_LENGTH);

/** How a check is run so that only what changed is looked at, with exactly the command's own result. */
export function incrementalCommand(
  module: Checked,
  check: CheckDefinition,
  facts: IncrementalFacts,
): CheckWay {
  const { run } = check;
  const plan = planOf(module, check, facts);
  const unchanged = { kind: plan.kind, command: checkCommand(check), shown: run, why: plan.why };
  if (plan.kind !== 'kept') return unchanged;
  const tool = toolOf(module, run, facts);
  if ('why' in tool) return unchanged;
  const withArguments = (added: string): string => `${run}${tool.joint}${added}`;
  const key = keyOf(module, check, plan.key, facts);
  const folder = `${facts.cachePath}/checks/${facts.place}/${module.name}-${check.kind}`;
  const command = keptCommand(folder, key, run, plan.script(run, withArguments));
  return {
    kind: 'kept',
    command: withVariables(command, check.environment),
    shown: withArguments(plan.shown),
    why: plan.why,
  };
}

function planOf(module: Checked, check: CheckDefinition, facts: IncrementalFacts): ToolPlan {
  const { run, environment } = check;
  if (check.incremental === false) return asWritten('dev.yaml says incremental: false');
  if (check.daemon) return { kind: 'own', why: 'it watches by itself' };
  const tool = toolOf(module, run, facts);
  if ('why' in tool) return asWritten(tool.why);
  const { name, args, assignments } = tool;
  const planTool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  if (planTool === undefined)
    return ownCache(name, args) ?? asWritten(`nothing is known of ${name}`);
  const variables = [...(environment?.keys() ?? [])];
  return planTool({ module, args, assignments, variables }, facts);
}

function toolOf({ path }: Checked, run: string, { root, files }: ToolFacts) {
  const manifest = readJson(join(root, path, 'package.json'), files);
  const scripts = isMapping(manifest) ? (manifest['scripts'] ?? {}) : undefined;
  return namedTool(run, isMapping(scripts) ? scripts : undefined);
}

/** Changes with all that another result could come from beside the files that the tool itself looks at. */
function keyOf(
  module: Checked,
  check: CheckDefinition,
  own: readonly string[],
  { root, files }: ToolFacts,
): string {
  const read = (path: string): string | null => {
    const text = files.read(join(root, path));
    return (text.ok ? text.value : undefined) ?? null;
  };
  const manifests = [`${module.path}/package.json`, ...lockfilesOf(module)].map(read);
  const command = [module.path, check.run, [...(check.environment ?? [])]];
  return sha256(JSON.stringify([command, own, manifests])).slice(0, KEY_LENGTH);
}

/**
 * The script within its folders, run as it is written where there can be none. What it leaves is put in
 * place when it is done, by renaming: a run that is killed leaves nothing that is believed. States that
 * nobody asked for since yesterday go.
 */
function keptCommand(folder: string, key: string, run: string, script: string): string {
  return `kept=${quoted(`${folder}/${key}`)}
if mkdir -p "$kept" 2>/dev/null && find / -maxdepth 0 -printf '' 2>/dev/null &&
  work=$(mktemp -d "$kept/run.XXXXXX" 2>/dev/null); then
${script}
rm -rf "$work"
touch "$kept"
find ${quoted(folder)} -mindepth 1 -maxdepth 1 -mmin +1440 -exec rm -rf {} +
find "$kept" -mindepth 1 -maxdepth 1 -name 'run.*' -mmin +1440 -exec rm -rf {} +
exit "$status"
fi
${run}`;
}
