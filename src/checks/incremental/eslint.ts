import { join } from 'node:path';
import { quoted } from '../../util/shell-words.ts';
import { installedVersion, upwards } from './installed-version.ts';
import { readOptions, type OptionKind } from './known-options.ts';
import {
  asWritten,
  type KeptRun,
  type ToolFacts,
  type ToolPlan,
  type ToolRequest,
} from './tool-plan.ts';

/** Options that say which files are looked at, by which rules, and how the result is printed. */
const KNOWN: Readonly<Record<string, OptionKind>> = {
  config: 'value',
  format: 'value',
  ext: 'value',
  'max-warnings': 'value',
  'report-unused-disable-directives-severity': 'value',
  'report-unused-disable-directives': 'flag',
  'no-error-on-unmatched-pattern': 'flag',
  'no-inline-config': 'flag',
  'no-warn-ignored': 'flag',
  'no-color': 'flag',
  color: 'flag',
  quiet: 'flag',
};
const SHORT: ReadonlyMap<string, string> = new Map([
  ['c', 'config'],
  ['f', 'format'],
]);
/** The major version that the comparisons of `test/unit/checks/incremental` are made with. */
const TRIED_MAJOR = '9';
const CONFIG_FILES = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((end) => `eslint.config.${end}`);
/** A configuration with such words has rules that ask for types: what they say depends on other files. */
const ASKS_FOR_TYPES = /projectService|TypeChecked|\bproject\s*:|[Tt]ype-checked/;

/** `eslint`: a file's own problems are kept by its contents, where they depend on nothing else. */
export function planEslint(request: ToolRequest, facts: ToolFacts): ToolPlan {
  const { module, args, assignments, variables } = request;
  const given = [...assignments.map((word) => word.split('=', 1)[0] ?? ''), ...variables];
  if (given.some((name) => name.startsWith('ESLINT_'))) {
    return asWritten('its environment says how ESLint works');
  }
  if (args.some((word) => /^--(?:no-)?cache(?:-|=|$)/.test(word))) {
    return { kind: 'own', why: 'ESLint keeps its cache where the project says' };
  }
  const read = readOptions(args, KNOWN, (written) => {
    const name = written.replace(/^--?/, '');
    return written.startsWith('--') ? name : (SHORT.get(name) ?? written);
  });
  if ('unknown' in read) return asWritten(`nothing is known of eslint ${read.unknown}`);
  const version = installedVersion('eslint', module.path, facts);
  if (version?.split('.', 1)[0] !== TRIED_MAJOR) {
    return asWritten(`ESLint ${version ?? 'is not in the project'}: tried with ${TRIED_MAJOR}.x`);
  }
  const config = read.options.get('config');
  const texts = configTexts(module.path, config, facts);
  if (texts.length === 0) return asWritten('ESLint has no eslint.config file in the project');
  if (texts.some((text) => ASKS_FOR_TYPES.test(text))) {
    return asWritten('its rules ask for types, so what they say of a file depends on others');
  }
  const judge = facts.ownFile('eslint-kept.cjs');
  if (judge === undefined) return asWritten('profiles/dev/eslint-kept.cjs is gone');
  return kept(judge, config, [version, ...texts]);
}

/** What ESLint reads first; one that is named, or all that the folder could have. */
function configTexts(
  folder: string,
  named: string | undefined,
  { root, files }: ToolFacts,
): readonly string[] {
  const paths =
    named === undefined
      ? upwards(folder).flatMap((one) => CONFIG_FILES.map((name) => join(root, one, name)))
      : [join(root, folder, named)];
  return paths.flatMap((path) => {
    const text = files.read(path);
    return text.ok && text.value !== undefined ? [text.value] : [];
  });
}

function kept(judge: string, config: string | undefined, key: readonly string[]): KeptRun {
  const cache = '--cache --cache-strategy content --cache-location "$work/eslintcache"';
  return {
    kind: 'kept',
    shown: '--cache --cache-strategy content',
    why: 'its rules look at one file at a time, and a file’s problems are kept by its contents',
    key: [...key, judge],
    // What ESLint says comes at its end anyway; of a run that broke, the bare command is what counts.
    script: (plainText, withArguments) => `if [ -e "$kept/judged" ]; then
${plainText}
status=$?
else
cp "$kept/eslintcache" "$work/" 2>/dev/null
${withArguments(cache)} >"$work/said" 2>&1
status=$?
if [ "$status" -le 1 ]; then
  cat "$work/said"
  if node -e ${quoted(judge)} "$work/eslintcache" "$kept" ${quoted(config ?? '')} 2>/dev/null
  then mv "$work/eslintcache" "$kept/"
  else rm -f "$kept/eslintcache"
  fi
else
  rm -f "$kept/eslintcache"
${plainText}
status=$?
fi
fi`,
  };
}
