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

/** What is missing of what services that are about to be made or started mount, each path once. */
function missingSources(
  { document, merged }: SourcesOf,
  { operations }: Pick<ServicePlan, 'operations'>,
  { files, engineChoice }: SourcesWorld,
): readonly (HostSource & { readonly failureAt: Pick<Failure, 'at'> })[] {
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
      return at === undefined ? [] : [{ ...source, failureAt: { at } }];
    }),
  );
}

/** Files that a container is to be given, and that are not there: an engine would make folders of them. */
export function refuseMissingFiles(
  prepared: SourcesOf,
  plan: Pick<ServicePlan, 'operations'>,
  world: SourcesWorld,
): readonly Failure[] {
  return missingSources(prepared, plan, world).flatMap(({ service, path, kind, failureAt }) => {
    if (kind === 'folder') return [];
    const cure =
      kind === 'file' ? `Make the file; if a folder is meant: mkdir -p ${path}` : 'Make it';
    return [
      {
        reason: 'definition',
        what: `${service} is given ${path}, which is not there`,
        ...(kind === 'file' && { why: 'the engine would make a folder of that name, as root' }),
        cure,
        ...failureAt,
      } as const,
    ];
  });
}

/** Makes the folders that are to be mounted as the person's own, before the engine makes them root's. */
export function makeMissingFolders(
  prepared: SourcesOf,
  plan: Pick<ServicePlan, 'operations'>,
  world: SourcesWorld,
  report: Report,
): void {
  const files = world.files.confined(prepared.opened.project.root);
  for (const { path, kind } of missingSources(prepared, plan, world)) {
    if (kind !== 'folder') continue;
    // Where the person may not make it, the engine does, as it always did.
    if (!files.makeDirectory(path).ok) continue;
    const inProject = dirname(path).startsWith(prepared.opened.project.root);
    const shown = inProject ? path.slice(prepared.opened.project.root.length + 1) : path;
    report({ kind: 'note', level: 'info', text: `made the folder ${shown}, which is mounted` });
  }
}
