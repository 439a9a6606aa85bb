import { connectSession } from '../app/session/client.ts';
import { recallAgain, type AgainRequest } from '../app/up/again.ts';
import { namedUrls } from '../app/router/addresses.ts';
import { serviceUrls, urlText } from '../app/urls.ts';
import { policyOf } from '../model/context-policy.ts';
import { CONTEXTS, type Context } from '../model/project.ts';
import type { NearWorld } from '../ports/near-world.ts';
import { jsonText } from '../util/json-text.ts';
import { lastingLine } from '../views/progress.ts';
import { runningServices, upText } from '../views/up-text.ts';
import { variablesOf } from './own-variables.ts';

/** `dev up` with nothing but these: what the rest asks for has never nothing to do. */
interface Words {
  project: string | undefined;
  context: Context;
  detach: boolean;
  json: boolean;
  quiet: boolean;
  watch: boolean;
}

const isContext = (word: string | undefined): word is Context =>
  CONTEXTS.some((context) => context === word);

/** Undefined for all that has to be understood by the program itself. */
function read(argv: readonly string[]): Words | undefined {
  const words: Words = {
    project: undefined,
    context: 'dev',
    detach: false,
    json: false,
    quiet: false,
    watch: true,
  };
  let isUp = false;
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at];
    const value = argv[at + 1];
    switch (word) {
      case 'up':
        if (isUp) return undefined;
        isUp = true;
        break;
      case '--project':
        if (value === undefined) return undefined;
        words.project = value;
        at += 1;
        break;
      case '--context':
        if (!isContext(value)) return undefined;
        words.context = value;
        at += 1;
        break;
      case '--detach':
      case '-d':
      case '--no-dash':
        words.detach = true;
        break;
      case '--json':
        words.json = true;
        break;
      case '--quiet':
      case '-q':
        words.quiet = true;
        break;
      case '--no-watch':
        words.watch = false;
        break;
      case '--yes':
      case '-y':
        // Where there is nothing to do there is nothing to be asked.
        break;
      default:
        return undefined;
    }
  }
  return isUp ? words : undefined;
}

/** The session goes on watching; where none of this version answers, the program starts one. */
async function tellSession(
  session: Parameters<typeof connectSession>[0],
  world: NearWorld,
): Promise<boolean> {
  const client = await connectSession(session, world);
  if (client === undefined) return false;
  const isOurs = client.version === world.host.toolVersion;
  const answer = isOurs
    ? await client.intend({ kind: 'brought-up', environment: variablesOf(world) })
    : undefined;
  client.close();
  // The engine knows containers; the session knows of processes in them that have ended.
  return answer?.ok === true && (answer.value.troubles ?? []).length === 0;
}

/**
 * `dev up` where it is seen that there still is nothing to do.
 * @returns whether it was told; if not, nothing was done, and it has to be worked out.
 */
export async function upAgain(
  argv: readonly string[],
  program: string,
  createWorld: () => NearWorld,
): Promise<boolean> {
  const words = read(argv);
  if (words === undefined) return false;
  const world = createWorld();
  const { engineChoice, terminal, clock } = world;
  const { stdout, stderr } = terminal;
  // A trace is one of the whole way.
  if ((world.host.environment['DEV_TRACE'] ?? '') !== '') return false;
  const isPlain = words.detach || words.json || words.quiet || !stdout.isTty;
  if (!engineChoice.ok || engineChoice.value.at.kind !== 'socket' || !isPlain) return false;
  const startedMs = clock.steady();
  const { project, context } = words;
  const request: AgainRequest = { project, context, program, engine: engineChoice.value };
  const engine = world.questions(engineChoice.value.at.path);
  const found = await recallAgain(request, { ...world, engine, nowMs: clock.now() });
  if (found === undefined) return false;
  const { instance, wanted, services, plan, place, told } = found.again;
  const watches = words.watch && policyOf(context).watches;
  if (watches && !(await tellSession(place, world))) return false;
  for (const note of told) {
    if (!words.quiet || note.level === 'warning')
      stderr.write(`${lastingLine(note, stderr.color) ?? ''}\n`);
  }
  if (words.json) {
    stdout.write(`${jsonText({ instance, dryRun: false, plan }, 2)}\n`);
  } else if (!words.quiet) {
    const named = namedUrls(found.again.place, instance, world);
    const urls = [...named, ...serviceUrls(found.containers)].map(urlText);
    const probed = found.containers.some(({ health }) => health !== 'none');
    const running = runningServices(found.containers);
    const elapsedMs = clock.steady() - startedMs;
    stdout.write(
      upText(
        { instance, wanted, services, running, changed: 0, hooks: 0, probed, elapsedMs, urls },
        stdout.color,
      ),
    );
  }
  return true;
}
