import { runContainer } from '../../ports/docker-command.ts';
import { runningContainer, type DataContext, type DataTarget } from './context.ts';
import { runScript } from './run-script.ts';

/** `17.5` of `postgres (PostgreSQL) 17.5 (Debian 17.5-1)`. */
function versionIn(text: string): string | undefined {
  return /(\d+(?:\.\d+)+(?:-MariaDB)?|\d+)/.exec(text.replace(/sha=\S+|malloc=\S+/g, ''))?.[1];
}

/** What the database's program says of its version; undefined where it is not known. */
export async function databaseVersion(
  target: DataTarget,
  context: DataContext,
): Promise<string | undefined> {
  const script = target.kind?.version;
  if (script === undefined || target.image === '') return undefined;
  const quiet = `{ ${script}; } 2>/dev/null`;
  const container = runningContainer(target);
  if (container !== undefined) {
    const doing = `asking ${target.service} for its version`;
    const asked = { doing, containerId: container.id, script: quiet };
    const ran = await runScript(asked, context);
    return ran.ok ? versionIn(ran.value.text) : undefined;
  }
  const { stdout } = await context.world.processes.run(
    runContainer({
      ...{ image: target.image, entrypoint: 'sh', command: ['-c', quiet] },
      ...{ network: 'none', healthcheck: false },
    }),
  );
  return versionIn(stdout);
}
