import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { contextFolder } from '../../images/service-dockerfile.ts';
import { buildOf } from '../../images/service-reference.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import type { DevelopRules } from '../../session/environment.ts';
import { splitWords } from '../../util/shell-words.ts';
import type { SyncAction, SyncCommand, SyncRule } from '../../watch/sync-rules.ts';

type RuleFiles = Pick<Files, 'read' | 'realPath'>;

const ACTIONS: ReadonlySet<string> = new Set<SyncAction>([
  'sync',
  'sync+restart',
  'sync+exec',
  'rebuild',
  'restart',
]);

const isAction = (value: unknown): value is SyncAction =>
  typeof value === 'string' && ACTIONS.has(value);

const textsOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? value.map(String) : [];

const textOf = (value: unknown): string =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';

function commandOf(hook: PlainMapping): SyncCommand {
  const { command, user, working_dir: folder, privileged, environment } = hook;
  const pairs = Array.isArray(environment)
    ? environment.map((item: unknown) => {
        const [name = '', ...value] = String(item).split('=');
        return [name, value.join('=')] as const;
      })
    : Object.entries(isMapping(environment) ? environment : {}).map(
        ([name, value]) => [name, textOf(value)] as const,
      );
  return {
    argv: typeof command === 'string' ? splitWords(command) : textsOf(command),
    ...(typeof user === 'string' && { user }),
    ...(typeof folder === 'string' && { workingDirectory: folder }),
    privileged: privileged === true || privileged === 'true',
    environment: Object.fromEntries(pairs),
  };
}

/** The file that says what the service's build leaves out. */
function buildIgnoreOf(service: PlainMapping, files: RuleFiles): SyncRule['buildIgnore'] {
  const build = buildOf(service);
  const folder = build && contextFolder(build);
  if (build === undefined || folder === undefined) return undefined;
  const { dockerfile } = build;
  const name = typeof dockerfile === 'string' ? dockerfile : 'Dockerfile';
  const path = isAbsolute(name) ? name : join(folder, name);
  const own = files.read(join(dirname(path), `${basename(path)}.dockerignore`));
  const shared = files.read(join(folder, '.dockerignore'));
  const text = (own.ok && own.value) || (shared.ok && shared.value) || '';
  return { folder: files.realPath(folder) ?? folder, text };
}

/** A folder that the container has by a mount needs no copy. */
function mountOver(service: PlainMapping, path: string): string | undefined {
  const volumes = Array.isArray(service['volumes']) ? (service['volumes'] as unknown[]) : [];
  const sources = volumes.flatMap((volume) => {
    const source = isMapping(volume) && volume['type'] === 'bind' ? volume['source'] : undefined;
    return typeof source === 'string' ? [source] : [];
  });
  return sources.find((source) => path === source || path.startsWith(`${source}/`));
}

function restartedWith(services: PlainMapping, service: string): readonly string[] {
  return Object.keys(services).filter((name) => {
    const dependency = mappingAt(mappingAt(services, name), 'depends_on')[service];
    return isMapping(dependency) && dependency['restart'] === true;
  });
}

/**
 * What `develop.watch` of the services asks for, as far as it can be done.
 * @param services those that run.
 */
export function developRules(
  document: PlainMapping,
  services: readonly string[],
  files: RuleFiles,
  root: string,
): DevelopRules {
  const rules: SyncRule[] = [];
  const idle: Failure[] = [];
  for (const name of services) {
    const all = mappingAt(document, 'services');
    const service = mappingAt(all, name);
    const { watch } = mappingAt(service, 'develop');
    for (const entry of Array.isArray(watch) ? (watch as unknown[]) : []) {
      const { path, action, target, ignore, include } = isMapping(entry) ? entry : {};
      if (typeof path !== 'string' || !isAction(action)) continue;
      const why = whyIdle(service, path, action, root);
      if (why !== undefined) {
        const shown = relative(root, path) || '.';
        const what = `develop.watch of ${name} does nothing with ${shown}`;
        idle.push({ reason: 'definition', what, ...why });
        continue;
      }
      const buildIgnore = buildIgnoreOf(service, files);
      const exec = mappingAt(entry, 'exec');
      const { initial_sync: first, 'x-initialSync': older } = isMapping(entry) ? entry : {};
      rules.push({
        ...{ service: name, action, path: files.realPath(path) ?? path },
        ...(typeof target === 'string' && action.startsWith('sync') && { target }),
        ...{ ignore: textsOf(ignore), include: textsOf(include) },
        initialSync: (first ?? older) === true && action.startsWith('sync'),
        ...(action === 'sync+exec' && { exec: commandOf(exec) }),
        ...(buildIgnore !== undefined && { buildIgnore }),
        restartsWith: restartedWith(all, name),
      });
    }
  }
  return { rules, idle };
}

function whyIdle(
  service: PlainMapping,
  path: string,
  action: SyncAction,
  root: string,
): Pick<Failure, 'why' | 'cure'> | undefined {
  if (action === 'rebuild') {
    if (buildOf(service) !== undefined) return undefined;
    return { why: 'the service has no build: to do again', cure: 'take sync or restart' };
  }
  const mount = action.startsWith('sync') ? mountOver(service, path) : undefined;
  if (mount === undefined) return undefined;
  return {
    why: `the container has it by a mount of ${relative(root, mount) || 'the whole folder'}`,
    cure: 'leave out one of the two',
  };
}
