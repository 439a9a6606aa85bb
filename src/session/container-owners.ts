import type { ContainerSummary, FileOwner } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import { runInContainer } from './run-in-container.ts';

/** Whose the files are that a container is given; undefined where they keep the numbers of here. */
export type OwnerIn = (container: ContainerSummary) => Promise<FileOwner | undefined>;

/** The container's own user; of root's the files keep the numbers that they have here. */
export function createContainerOwners(engine: Pick<Engine, 'exec' | 'inspect'>): OwnerIn {
  /** Who files are given to: container → owner. */
  const owners = new Map<string, FileOwner | undefined>();

  return async ({ id, state }) => {
    if (owners.has(id)) return owners.get(id);
    const detail = await engine.inspect(id);
    const [user = '', group] = detail.ok ? detail.value.user.split(':') : [];
    if (['', '0', 'root'].includes(user)) {
      if (detail.ok) owners.set(id, undefined);
      return undefined;
    }
    const asked =
      state === 'running'
        ? await runInContainer(engine, id, { argv: ['sh', '-c', 'id -u; id -g'] })
        : undefined;
    const numbers = asked?.ok === true ? asked.value.trim().split('\n').map(Number) : [];
    const [uid = Number(user), gid = Number(group ?? 0)] = numbers;
    if (!Number.isInteger(uid) || !Number.isInteger(gid)) return undefined;
    owners.set(id, { uid, gid });
    return { uid, gid };
  };
}
