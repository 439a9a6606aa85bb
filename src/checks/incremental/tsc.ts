import { join, relative } from 'node:path';
import { shellQuoted } from '../../util/shell-words.ts';
import { installedVersion } from './installed-version.ts';
import { readOptions, type OptionKind, type ReadOptions } from './known-options.ts';
import {
  asWritten,
  type KeptRun,
  type ToolFacts,
  type ToolPlan,
  type ToolRequest,
} from './tool-plan.ts';
import { compilerOptions } from './tsconfig.ts';

/** Options that say what is compiled and how, and nothing of what is printed of it. */
const KNOWN: Readonly<Record<string, OptionKind>> = {
  project: 'value',
  outdir: 'value',
  target: 'value',
  module: 'value',
  moduleresolution: 'value',
  rootdir: 'value',
  noemit: 'boolean',
  noemitonerror: 'boolean',
  emitdeclarationonly: 'boolean',
  declaration: 'boolean',
  sourcemap: 'boolean',
  strict: 'boolean',
  skiplibcheck: 'boolean',
  nounusedlocals: 'boolean',
  nounusedparameters: 'boolean',
  pretty: 'boolean',
};
/** With these TypeScript keeps what it knows by itself, where the project says. */
const OWN: ReadonlySet<string> = new Set(['build', 'b', 'incremental', 'composite', 'watch', 'w']);
/** The major version that the comparisons of `test/unit/checks/incremental` are made with. */
const TRIED_MAJOR = '5';

const bare = (option: string): string => option.replace(/^--?/, '').toLowerCase();

/** `tsc`: which files have to be checked again is what its build info is for. */
export function planTsc(request: ToolRequest, facts: ToolFacts): ToolPlan {
  const { module, args } = request;
  if (args.some((word) => word.startsWith('-') && OWN.has(bare(word)))) {
    return { kind: 'own', why: 'TypeScript keeps its build info where the project says' };
  }
  const read = readOptions(args, KNOWN, (written) => {
    const name = bare(written);
    return name === 'p' ? 'project' : name;
  });
  if ('unknown' in read) return asWritten(`nothing is known of tsc ${read.unknown}`);
  if (read.operands.length > 0) return asWritten('tsc is given single files');
  const version = installedVersion('typescript', module.path, facts);
  if (version?.split('.', 1)[0] !== TRIED_MAJOR) {
    return asWritten(
      `TypeScript ${version ?? 'is not in the project'}: tried with ${TRIED_MAJOR}.x`,
    );
  }
  const found = compilerOptions(module.path, read.options.get('project'), facts);
  if (found === undefined) return asWritten('what tsconfig.json extends cannot be read');
  const { options, texts } = found;
  if (['incremental', 'composite', 'tsBuildInfoFile'].some((name) => isOn(options.get(name)))) {
    return { kind: 'own', why: 'tsconfig.json is incremental itself' };
  }
  const outputs = outputsOf(read, options, request, facts);
  return typeof outputs === 'string' ? asWritten(outputs) : kept(outputs, [version, ...texts]);
}

const isOn = (value: unknown): boolean => value !== undefined && value !== null && value !== false;

/** The folders that it writes to, relative to the module; text says why they cannot be told. */
function outputsOf(
  { options: given }: ReadOptions,
  options: ReadonlyMap<string, unknown>,
  { module }: ToolRequest,
  { root }: ToolFacts,
): readonly string[] | string {
  const noEmit = given.get('noemit') ?? options.get('noEmit');
  if (noEmit === 'true' || noEmit === true) return [];
  if (isOn(options.get('outFile')) || isOn(options.get('out'))) return 'tsc writes one single file';
  const own = join(root, module.path);
  const named = given.get('outdir');
  const out = named === undefined ? options.get('outDir') : join(own, named);
  if (typeof out !== 'string') return 'tsc writes beside its sources';
  const declarations = options.get('declarationDir');
  const folders = [out, ...(typeof declarations === 'string' ? [declarations] : [])];
  if (folders.some((folder) => !folder.startsWith(`${root}/`))) {
    return 'tsc writes outside of the project';
  }
  if (folders.some((folder) => `${own}/`.startsWith(`${folder}/`))) {
    return 'tsc writes beside its sources';
  }
  return folders.map((folder) => relative(own, folder));
}

const ADDED = '--incremental --tsBuildInfoFile "$work/tsbuildinfo"';

/**
 * With `noEmit`, where nothing changed since problems were found, TypeScript ends with 1 for want of
 * anything to write; the bare command ends with 2. Which it would be is not to be told from outside.
 */
function silentRun(plainText: string, incremental: string): string {
  return `${incremental} >"$work/said" 2>&1
status=$?
if [ "$status" = 1 ]; then
${plainText}
status=$?
else cat "$work/said"
fi`;
}

function kept(outputs: readonly string[], key: readonly string[]): KeptRun {
  const folders = outputs.map((folder) => shellQuoted(`./${folder}`)).join(' ');
  // Who wrote what is there is told by what nobody can set: the number of each file and its change.
  const stamp =
    folders === '' ? 'echo none' : `find -H ${folders} -printf '%p %i %s %C@ %l\\n' 2>&1`;
  return {
    kind: 'kept',
    shown: '--incremental',
    why: 'it hashes every file again, and checks those that changed with all that depends on them',
    key: [...key, ...outputs],
    script: (plainText, withArguments) => `stamp() { ${stamp} | LC_ALL=C sort | cksum; }
[ "$(stamp)" = "$(cat "$kept/stamp" 2>/dev/null)" ] && cp "$kept/tsbuildinfo" "$work/" 2>/dev/null
rm -f "$kept/stamp"
${folders === '' ? silentRun(plainText, withArguments(ADDED)) : `${withArguments(ADDED)}\nstatus=$?`}
mv "$work/tsbuildinfo" "$kept/" 2>/dev/null && stamp >"$work/stamp" && mv "$work/stamp" "$kept/"`,
  };
}
