import { dirname } from 'node:path';
import { sourcePlace } from '../../compose/source.ts';
import { nodeAt } from '../../compose/tree.ts';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { hostSources, type HostSource } from '../../plan/host-sources.ts';
import type { ServicePlan } from '../../plan/operation.ts';
import type { World } from '../../ports/world.ts';
import type { Prepared } from './prepare.ts';

type SourcesOf = Pick<Prepared, 'document' | 'merged' | 'opened'>;
type SourcesWorld = Pick<World, 'files' | 'engineChoice'>;

interface MissingSource extends HostSource {
  readonly failureAt: Pick<Failure, 'at'>;
  /** The person may not look into a folder above it: it may be there, and the engine sees it. */
  readonly isHidden: boolean;
  /** Why nobody can make it, nor the engine: what is in its place. */
  readonly obstacle: string | undefined;
}

/** A link that leads nowhere, or a file where a folder would have to be. */
function obstacleOf(path: string, files: SourcesWorld['files']): string | undefined {
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    if (files.exists(at)) return files.isDirectory(at) ? undefined : `${at} is a file`;
    const target = files.linkTarget(at);
    if (target !== undefined) return `${at} is a link to ${target}, and that is not there`;
  }
  return undefined;
}

/** What is missing of what services that are about to be made or started mount, each path once. */
function missingSources(
  { document, merged }: SourcesOf,
  { operations }: Pick<ServicePlan, 'operations'>,
  { files, engineChoice }: SourcesWorld,
): readonly MissingSource[] {
  const choice = engineChoice();
  // Another machine has other files.
  if (!choice.ok || !choice.value.sharesFiles) return [];
  const services = new Set(
    operations.flatMap(({ operation: { kind, service } }) => (kind === 'remove' ? [] : [service])),
  );
  const seen = new Set<string>();
  return [...services].flatMap((service) =>
    hostSources(document, service).flatMap((source) => {
      if (seen.has(source.path) || files.exists(source.path)) return [];
      seen.add(source.path);
      const place = nodeAt(merged.root, source.at)?.at;
      const at = place === undefined ? undefined : sourcePlace(place);
      // What the tool itself mounts it makes itself.
      const isHidden = !files.read(source.path).ok;
      const obstacle = obstacleOf(source.path, files);
      return at === undefined ? [] : [{ ...source, failureAt: { at }, isHidden, obstacle }];
    }),
  );
}

/** Files that a container is to be given, and that are not there: an engine would make folders of them. */
export function refuseMissingFiles(
  prepared: SourcesOf,
  plan: Pick<ServicePlan, 'operations'>,
  world: SourcesWorld,
): readonly Failure[] {
  return missingSources(prepared, plan, world).flatMap((source): readonly Failure[] => {
    const { service, path, kind, failureAt, isHidden, obstacle } = source;
    const what = `${service} is given ${path}, which is not there`;
    if (obstacle !== undefined) {
      const cure = 'Take that away, or name another path';
      return [{ reason: 'definition', what, why: obstacle, cure, ...failureAt }];
    }
    if (kind === 'folder' || isHidden) return [];
    const cure =
      kind === 'file' ? `Make the file; if a folder is meant: mkdir -p ${path}` : 'Make it';
    return [
      {
        reason: 'definition',
        what,
        ...(kind === 'file' && { why: 'the engine would make a folder of that name, as root' }),
        cure,
        about: { file: path },
        ...failureAt,
      },
    ];
  });
}

/**
 * Makes the folders that are to be mounted as the person's own, before the engine makes them root's. Where
 * she may not, the engine does, as it always did: that is told.
 */
export function makeMissingFolders(
  prepared: SourcesOf,
  plan: Pick<ServicePlan, 'operations'>,
  world: SourcesWorld & Pick<World, 'host'>,
  report: Report,
): void {
  const { root } = prepared.opened.project;
  const files = world.files.confined(root);
  for (const source of missingSources(prepared, plan, world)) {
    const { path, kind } = source;
    if (kind === 'present') continue;
    if (kind === 'folder' && files.makeDirectory(path).ok) {
      const shown = dirname(path).startsWith(root) ? path.slice(root.length + 1) : path;
      report({ kind: 'note', level: 'info', text: `made the folder ${shown}, which is mounted` });
    } else {
      const text = leftToEngine(source, world.host.user);
      report({ kind: 'note', level: 'warning', text });
    }
  }
}

function leftToEngine({ service, path, isHidden }: MissingSource, user: string): string {
  return isHidden
    ? `${user} cannot see whether ${path} is there, which ${service} is given: if not, the engine makes a folder of root's there`
    : `${user} may not make ${path}, which ${service} is given: the engine makes a folder of root's there`;
}
