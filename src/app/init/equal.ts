import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { parse } from 'yaml';
import { emitCompose } from '../../compose/write/emit.ts';
import { applyTool, toPlain, type MergedCompose } from '../../compose/load/merge.ts';
import type { Edit } from '../../compose/merge/edits.ts';
import type { Failure } from '../../events/failure.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import type { ComposeFiles } from '../../model/project.ts';
import { composeConfig } from '../../ports/docker-command.ts';
import type { Processes } from '../../ports/processes.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { envFilesOf, type MissingEnv } from './env-files.ts';

/** Who compared the documents, and what is new in the second. */
export interface Equal {
  /** `docker compose config`, or our own merge where there is no Compose. */
  readonly judge: 'docker compose config' | 'dev config';
  /** Services that the Compose files do not have. */
  readonly added: readonly string[];
}

export interface CompareRequest {
  readonly compose: ComposeFiles;
  readonly name: string;
  /** Somebody wants another name than Compose's: what is called after it is no difference. */
  readonly renamed: boolean;
  /** What Compose would run today, and with the `dev.yaml`. */
  readonly before: MergedCompose;
  readonly after: MergedCompose;
  /** Files of variables that would be made, with their examples. */
  readonly made: readonly MissingEnv[];
  /** Where these are; absolute. */
  readonly root: string;
}

const SECTIONS = ['services', 'networks', 'volumes', 'configs', 'secrets'];
const SHOWN = 12;

/** One value that is not the same, by its dotted path. */
type Difference = readonly [path: string, before: unknown, after: unknown];

function differences(before: unknown, after: unknown, path: string): readonly Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isMapping(before) || !isMapping(after)) return [[path, before, after]];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => differences(before[key], after[key], `${path}.${key}`));
}

/** What of the first document the second says otherwise; what it has beside is no difference. */
export function compareDocuments(
  before: PlainMapping,
  after: PlainMapping,
): { readonly changed: readonly Difference[]; readonly added: readonly string[] } {
  const changed = SECTIONS.flatMap((section) =>
    Object.entries(mappingAt(before, section)).flatMap(([name, value]) =>
      differences(value, mappingAt(after, section)[name], `${section}.${name}`),
    ),
  );
  const old = mappingAt(before, 'services');
  const added = Object.keys(mappingAt(after, 'services')).filter(
    (name) => !Object.hasOwn(old, name),
  );
  const names: readonly Difference[] =
    before['name'] === after['name'] ? [] : [['name', before['name'], after['name']]];
  return { changed: [...names, ...changed], added };
}

/** What Compose itself says; undefined where there is none. */
async function config(
  argv: readonly string[],
  { cwd, input }: { readonly cwd: string; readonly input?: string },
  processes: Processes,
): Promise<Result<PlainMapping, string> | undefined> {
  const finished = await processes.run(composeConfig(argv), {
    cwd,
    ...(input !== undefined && { input }),
  });
  if (finished.status === 0) {
    const document: unknown = parse(finished.stdout, { maxAliasCount: -1 });
    return ok(isMapping(document) ? document : {});
  }
  const isMissing =
    finished.status === 127 ||
    /is not a docker command|unknown (?:shorthand )?flag/.test(finished.stderr);
  return isMissing ? undefined : fail(finished.stderr.trim());
}

/** A service's files of variables, with examples in the place of those that are made of them. */
interface EnvFiles {
  readonly service: string;
  readonly files: readonly PlainMapping[];
}

function envFilesInstead(
  document: PlainMapping,
  directory: string,
  { made, root }: Pick<CompareRequest, 'made' | 'root'>,
): readonly EnvFiles[] {
  const examples = new Map(
    made.map(({ path, example }) => [join(root, path), join(root, example)]),
  );
  return Object.entries(mappingAt(document, 'services')).flatMap(([service, one]) => {
    const files = envFilesOf(one, directory);
    if (!files.some(({ path }) => examples.has(String(path)))) return [];
    const instead = files.map((file) => {
      const example = examples.get(String(file['path']));
      return example === undefined ? file : { ...file, path: example };
    });
    return [{ service, files: instead }];
  });
}

const envFileEdits = (instead: readonly EnvFiles[]): readonly Edit[] =>
  instead.map(({ service, files }) => ({
    ...{ kind: 'set' as const, path: ['services', service, 'env_file'], value: files },
    label: 'its example',
  }));

/** The same as a layer over the person's files. */
const overridingText = (instead: readonly EnvFiles[]): string =>
  instead
    .map(
      ({ service, files }) =>
        `  ${JSON.stringify(service)}: { env_file: !override ${JSON.stringify(files)} }\n`,
    )
    .reduce((text, line) => text + line, 'services:\n');

async function judged(
  { compose, name, renamed, before, after, ...examples }: CompareRequest,
  processes: Processes,
): Promise<Result<readonly [PlainMapping, PlainMapping], Failure> | undefined> {
  const { directory } = compose;
  const instead = envFilesInstead(toPlain(before), directory, examples);
  const text = emitCompose(applyTool(after, envFileEdits(instead)), {
    ...{ directory, shownRoot: directory, comments: false, profiles: 'keep' },
  });
  const own = examples.made.find(({ path }) => path === '.env');
  const env = own === undefined ? [] : ['--env-file', join(examples.root, own.example)];
  const [theirs, ours] = await Promise.all([
    config(
      [
        ...compose.files.flatMap((file) => ['-f', file]),
        ...(instead.length === 0 ? [] : ['-f', '-']),
        ...(renamed ? ['--project-name', name] : []),
        ...env,
      ],
      { cwd: directory, ...(instead.length > 0 && { input: overridingText(instead) }) },
      processes,
    ),
    config(
      ['-f', '-', '--project-directory', directory, '--project-name', name, ...env],
      { cwd: directory, input: text },
      processes,
    ),
  ]);
  if (theirs === undefined || ours === undefined) return undefined;
  if (theirs.ok && ours.ok) return ok([theirs.value, ours.value]);
  const words = theirs.ok ? (ours.ok ? '' : ours.failure) : theirs.failure;
  const what = 'Compose refuses what it was given to compare';
  return fail({ reason: 'definition', what, detail: words.split('\n').slice(0, SHOWN) });
}

const shown = (value: unknown): string =>
  value === undefined ? 'not there' : JSON.stringify(value);

/**
 * Whether the Compose files mean the same with the `dev.yaml` as without. Compose judges where it is
 * there. What modules add beside is named, and is no difference.
 */
export async function proveEqual(
  request: CompareRequest,
  processes: Processes,
): Promise<Result<Equal, Failure>> {
  const asked = await judged(request, processes);
  if (asked?.ok === false) return asked;
  const { name, renamed } = request;
  const theirs = { ...toPlain(request.before), ...(renamed && { name }) };
  const own = [theirs, toPlain(request.after)] as const;
  const [before, after] = asked === undefined ? own : asked.value;
  const { changed, added } = compareDocuments(before, after);
  if (changed.length > 0) {
    return fail({
      reason: 'definition',
      what: 'with a dev.yaml the Compose files would mean something else: nothing was written',
      why: `${String(changed.length)} values would not be the same`,
      cure: 'A folder compose/ or base-images/ of another purpose is read once there is a dev.yaml: rename it',
      detail: changed
        .slice(0, SHOWN)
        .map(([path, was, is]) => `${path}: ${shown(was)} → ${shown(is)}`),
    });
  }
  return ok({ judge: asked === undefined ? 'dev config' : 'docker compose config', added });
}
