import { join, relative } from 'node:path';
import { keepOwn } from '../../engine/shared-install.ts';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { dependencyFolder } from '../../generate/dependency-folders.ts';
import { policyOf } from '../../model/context-policy.ts';
import { installFolder } from '../../model/module.ts';
import type { OpenProject } from '../../model/open-project.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';
import { switchedOffServices } from '../project/environment.ts';
import { sharedPlaces } from '../project/shared-places.ts';
import { tellOnce, wasTold } from './tell-once.ts';

type SettleWorld = Pick<World, 'files' | 'clock' | 'terminal'>;

/** Folders that the person filled herself where dependencies would be shared, relative; sorted. */
function ownFolders(opened: OpenProject, { files }: SettleWorld): readonly string[] {
  const { project, settings, context } = opened;
  if (!policyOf(context).isAttended || settings.dependencies !== 'shared') return [];
  const off = switchedOffServices(opened);
  const confined = files.confined(project.root);
  const found = project.modules.flatMap((module) => {
    const { name, install } = module;
    if (install === undefined || off.has(name)) return [];
    const place = join(project.root, installFolder(module, install));
    return install.directories
      .filter((directory) => !directory.startsWith('/'))
      .map((directory) => join(place, directory))
      .filter((folder) => dependencyFolder(folder, confined).kind === 'own')
      .map((folder) => relative(project.root, folder));
  });
  return [...new Set(found)].sort();
}

/**
 * What the person installed herself, where containers would share what they install, stays as it is,
 * unless she says that it may be put aside. Asked once for a folder; where nobody can be asked it is
 * told, once, and asked when somebody can be. `--yes` does not answer this.
 * @returns whether anything was put aside: installs that were read before are others now.
 */
export async function settleDependencies(
  opened: OpenProject,
  world: SettleWorld,
  report: Report,
): Promise<Result<boolean, Failure>> {
  const { files, terminal } = world;
  const told = (folder: string): string => `own-dependencies:${folder}`;
  const asked = (folder: string): string => `own-dependencies-asked:${folder}`;
  const isKnown = terminal.interactive ? asked : told;
  const fresh = ownFolders(opened, world).filter(
    (folder) => !wasTold(isKnown(folder), opened.places, files),
  );
  if (fresh.length === 0) return ok(false);
  const list = fresh.join(', ');
  const isOne = fresh.length === 1;
  const be = isOne ? 'is' : 'are';
  if (terminal.interactive) {
    terminal.stderr.write(
      `\n${list} ${be} from an install of your own.\n` +
        'Put aside (into .dev/kept), what containers install takes the place, and your editor sees\n' +
        'just that. Left as it is, containers have dependencies of their own.\n\n',
    );
    const answer = await terminal.prompts.confirm(
      isOne ? 'Put it aside?' : 'Put them aside?',
      false,
    );
    if (!answer.ok) return answer;
    if (answer.value) return putAside(fresh, opened, world, report);
  }
  const text =
    `${list} ${be} from an install of your own and ${isOne ? 'stays' : 'stay'}; containers have their own dependencies. ` +
    `To see theirs in your editor, move ${isOne ? 'it' : 'them'} away, then: dev up`;
  const keys = terminal.interactive ? [...fresh.map(told), ...fresh.map(asked)] : fresh.map(told);
  const remembered = keys.map((key) => ({ key }));
  // By itself: it may have been told before anybody could be asked.
  report({ kind: 'note', level: 'info', text });
  tellOnce(remembered, opened.places, files, report);
  return ok(false);
}

function putAside(
  folders: readonly string[],
  { places }: OpenProject,
  { files, clock }: SettleWorld,
  report: Report,
): Result<boolean, Failure> {
  for (const folder of folders) {
    const path = join(places.root, folder);
    const kept = keepOwn(path, { places: sharedPlaces(places), files, clock });
    if (!kept.ok) return kept;
    const text = `${folder} is kept as ${relative(places.root, kept.value)}`;
    report({ kind: 'note', level: 'info', text });
  }
  return ok(true);
}
