import { questionsTo } from '../ports/docker-command.ts';
import { SOCKET } from '../ports/engine-choice.ts';
import type { Endpoint, EngineAnswer, GroupMembership, MachineFacts } from './facts.ts';
import { type GatherWorld, textAt } from './gather-system.ts';

/** It has to start and to print a line, on however busy a machine. */
const VERSION_MS = 20_000;

/** First line of `docker --version`; empty for a program that says nothing, or never ends. */
export async function introduction(
  docker: string,
  { processes, clock }: GatherWorld,
): Promise<string> {
  const over = new AbortController();
  const asked = processes
    .run(questionsTo(docker).introduction, { signal: over.signal })
    .then(({ stdout, stderr }) => `${stdout}\n${stderr}`.trim().split('\n')[0] ?? '');
  // What it has started may hold its output open for ever: its end is not waited for.
  const late = clock.sleep(VERSION_MS, over.signal).then(
    () => '',
    () => '',
  );
  const says = await Promise.race([asked, late]);
  over.abort();
  return says;
}

/** Its clock, and whether it has a proxy: there may be a password in its address. */
export async function askEngineFacts(
  docker: string,
  { processes, clock }: GatherWorld,
): Promise<MachineFacts['engineSays']> {
  const askedMs = clock.now();
  const { status, stdout } = await processes.run(questionsTo(docker).engineFacts);
  const answeredMs = clock.now();
  const [time = '', proxied, ...data] = stdout.trim().split(' ');
  if (status !== 0 || time === '') return undefined;
  const theirsMs = Date.parse(time);
  // It read its clock at some moment between.
  const early = Math.min(0, theirsMs - askedMs);
  const late = Math.max(0, theirsMs - answeredMs);
  const clockOffsetMs = Number.isNaN(theirsMs) ? undefined : early + late;
  return { clockOffsetMs, proxied: proxied === 'proxy', dataFolder: data.join(' ') };
}

export function findEndpoint(world: GatherWorld): Endpoint {
  const choice = world.engineChoice();
  if (!choice.ok) return { kind: 'unknown', failure: choice.failure };
  const { address, at, chosenBy, context } = choice.value;
  const own = at.kind === 'socket' && [SOCKET, '/run/docker.sock'].includes(at.path);
  if (own) return { kind: 'local', socket: SOCKET };
  const by = chosenBy ?? 'docker';
  const name = context === 'default' ? by : `the Docker context ${context} (by ${by})`;
  return { kind: 'elsewhere', address, chosenBy: name };
}

export async function howEngineAnswers(
  world: GatherWorld,
  endpoint: Endpoint,
): Promise<EngineAnswer> {
  const engine = await world.engine();
  const answer = await engine.version();
  if (answer.ok) return { answers: true, ...answer.value };
  const said = answer.failure.why ?? answer.failure.what;
  const choice = world.engineChoice();
  // Who points there is told with it.
  const pointing = choice.ok
    ? `${choice.value.chosenBy ?? ''} points to ${choice.value.address}: `
    : '';
  const why = said.startsWith(pointing) ? said.slice(pointing.length) : said;
  const mayWrite =
    endpoint.kind !== 'local' ||
    world.host.uid === 0 ||
    !world.files.exists(endpoint.socket) ||
    (await world.processes.run(['test', '-w', endpoint.socket])).status === 0;
  return { answers: false, problem: mayWrite ? 'silent' : 'denied', why };
}

export function groupMembership(world: GatherWorld): GroupMembership {
  const line = /^docker:[^:]*:(\d+):(.*)$/m.exec(textAt(world, '/etc/group'));
  if (line === null) return 'no-group';
  const [, id = '', members = ''] = line;
  const own = /^Groups:\s*(.*)$/m.exec(textAt(world, '/proc/self/status'))?.[1] ?? '';
  if (own.split(/\s+/).includes(id)) return 'active';
  return members.split(',').includes(world.host.user) ? 'after-login' : 'no';
}

export function cgroup({ files }: GatherWorld): MachineFacts['cgroup'] {
  if (files.exists('/sys/fs/cgroup/cgroup.controllers')) return 'v2';
  return files.isDirectory('/sys/fs/cgroup/memory') ? 'v1' : 'none';
}
