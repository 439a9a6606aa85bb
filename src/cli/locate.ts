import type { Located } from '../app/project/locate.ts';
import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';
import type { Invocation } from './invocation.ts';

/** The project that the command is about, for commands that need no valid definition. */
export async function locate({ world, globals }: Invocation): Promise<Result<Located, Failure>> {
  const { locateInstance } = await import('../app/project/locate.ts');
  const { lastingLine } = await import('../views/progress.ts');
  const { stderr } = world.terminal;
  return locateInstance(world, globals, (event) => {
    const line = lastingLine(event, stderr.color);
    if (line !== undefined) stderr.write(`${line}\n`);
  });
}
