import type { Failure } from '../../events/failure.ts';
import type { OpenProject } from '../../model/open-project.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';
import type { Definition } from '../project/definition.ts';
import { leadsAsBefore } from '../project/mount-leads.ts';
import { ensureTrusted } from '../trust/ensure.ts';

/**
 * Knows where mounts led when the person had agreed to where they lead. The engine follows them anew
 * whenever it starts a container, by itself too, and asks nobody.
 */
export interface MountGuard {
  /** The definition as it is now; counts when all that it reaches was agreed to. */
  learn(definition: Definition): Promise<boolean>;
  /** Whether what a service mounts leads where it may. */
  look(service: string): Promise<Result<void, Failure>>;
}

export function createMountGuard(
  load: () => Promise<Definition | undefined>,
  world: Pick<World, 'files' | 'host' | 'clock' | 'terminal'>,
): MountGuard {
  let known: (Pick<Definition, 'environment'> & { readonly opened: OpenProject }) | undefined;
  async function learn(definition: Definition): Promise<boolean> {
    const agreed = await ensureTrusted(definition, { mayAsk: false }, world);
    if (agreed.ok) known = definition;
    return agreed.ok;
  }
  return {
    learn,
    async look(service) {
      if (known === undefined) return ok(undefined);
      const { environment, opened } = known;
      const { document, mountLeads: leads } = environment;
      const mounts = { document, leads, root: opened.project.root };
      const looked = leadsAsBefore(service, mounts, world.files);
      if (looked.ok) return looked;
      // The person may have put the link there, and agreed to it since.
      const now = await load();
      return now !== undefined && (await learn(now)) ? ok(undefined) : looked;
    },
  };
}
