import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { BadRound } from './campaign.ts';
import { findProcesses } from './find-process.ts';
import type { PrivateEngine } from './private-engine.ts';
import { seeded, type Random } from './random.ts';
import type { Rig } from './rig.ts';
import { waitFor } from './wait-for.ts';

const UP = ['up', '--yes', '--detach'];

/** Postgres, and two modules that are compiled and wait for it, one with a text from Compose. */
export const TORTURE_FILES: Readonly<Record<string, string>> = {
  'dev.yaml': `name: torture
modules:
  api: { image: node, install: false, compile: node --check main.js, run: node main.js }
  worker: { image: node, install: false, compile: node --check main.js, run: node main.js }
services:
  db: { from: postgres }
`,
  'compose/base.yaml': `services:
  db: { environment: { POSTGRES_USER: app, POSTGRES_DB: app } }
  api:
    depends_on: { db: { condition: service_healthy } }
    environment: { ROUND: '0' }
    configs: [{ source: note, target: /tmp/note }]
  worker:
    depends_on: [api]
configs:
  note: { content: 'round 0' }
`,
  'api/main.js': 'setInterval(() => undefined, 1000);\n',
  'worker/main.js': 'setInterval(() => undefined, 1000);\n',
};

export interface TortureOptions {
  readonly rounds: number;
  readonly seed: number;
  /** An engine of the campaign's own, which is killed too; the rig uses it. */
  readonly engine?: PrivateEngine;
  /** Killed by then, most of them, milliseconds: a quick machine is done sooner. Default 3000. */
  readonly withinMs?: number;
  readonly tell: (line: string) => void;
}

/** What a campaign is at. */
interface Campaign {
  readonly rig: Rig;
  readonly random: Random;
  readonly engine: PrivateEngine | undefined;
  readonly withinMs: number;
  /** As the definition has it now. */
  round: number;
  hasWorker: boolean;
  /** Rows that have to be in the database; undefined while that is not known. */
  rows: number | undefined;
}

/**
 * Kills what is at work, at random moments, and sees whether one plain `dev up` afterwards makes
 * everything right. The same seed makes the same choices; the moments are the machine's.
 */
export async function torture(rig: Rig, options: TortureOptions): Promise<readonly BadRound[]> {
  const { rounds, seed, engine, withinMs = 3000, tell } = options;
  const campaign: Campaign = {
    ...{ rig, engine, withinMs, random: seeded(seed), round: 0, hasWorker: true, rows: undefined },
  };
  // An earlier campaign on the same stack may have left it otherwise.
  await rig.dev(['settings', 'modules.worker.run=true']);
  const first = await rig.dev(UP);
  if (first.status !== 0) throw new Error(`the stack does not come up:\n${first.stderr}`);
  await keep(campaign);
  const bad: BadRound[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    campaign.round = round;
    const did = await disturb(campaign);
    const up = await rig.dev(UP);
    const wrong = up.status === 0 ? await faults(campaign) : [`dev up: exit ${String(up.status)}`];
    tell(
      `${wrong.length === 0 ? 'ok ' : 'BAD'} ${String(round)}: ${did}${wrong.map((line) => `\n    ${line}`).join('')}`,
    );
    if (wrong.length > 0) {
      bad.push({ round, did, wrong, said: `${up.stdout}${up.stderr}` });
      // The next round begins from a whole stack, lest one fault is counted many times.
      await rig.dev([...UP, '--recreate']);
      campaign.rows = undefined;
    }
    await keep(campaign);
  }
  return bad;
}

type Disturbance = (campaign: Campaign) => Promise<string>;

/** Begins something, and kills it some time later. */
async function disturb(campaign: Campaign): Promise<string> {
  const { random, engine } = campaign;
  const own: readonly Disturbance[] = [
    edit,
    edit,
    edit,
    recreate,
    reset,
    toggle,
    takeDown,
    session,
  ];
  const one = random.pick(engine === undefined ? own : [...own, killEngine, killEngine]);
  return one(campaign);
}

async function killed(
  campaign: Campaign,
  args: readonly string[],
  /** As many times as long as an ordinary `dev up`. */
  times = 1,
): Promise<string> {
  const { rig, random, withinMs } = campaign;
  const afterMs = random.under(times * withinMs);
  const alone = random.under(3) === 0;
  const running = rig.startDev(args);
  // The moment is what is tried here, not waited for.
  await pause(afterMs);
  const isOver = running.status() !== undefined;
  if (alone) running.kill('SIGKILL');
  else running.killGroup();
  await running.finished.catch(() => undefined);
  const how = isOver ? 'had ended' : alone ? 'killed' : 'killed with its children';
  return `${args.join(' ')}: ${how} after ${String(afterMs)} ms`;
}

async function edit(campaign: Campaign): Promise<string> {
  const { rig, round } = campaign;
  const text = rig.read('compose/base.yaml');
  const edited = text
    .replace(/ROUND: '\d+'/, `ROUND: '${String(round)}'`)
    .replace(/'round \d+'/, `'round ${String(round)}'`);
  rig.write('compose/base.yaml', edited);
  return `edit, ${await killed(campaign, UP)}`;
}

async function recreate(campaign: Campaign): Promise<string> {
  return killed(campaign, [...UP, '--recreate'], 2);
}

async function reset(campaign: Campaign): Promise<string> {
  campaign.rows = undefined;
  return killed(campaign, [...UP, '--reset-data=db'], 2);
}

async function toggle(campaign: Campaign): Promise<string> {
  campaign.hasWorker = !campaign.hasWorker;
  const setting = `modules.worker.run=${String(campaign.hasWorker)}`;
  await campaign.rig.dev(['settings', setting]);
  return `${setting}, ${await killed(campaign, UP)}`;
}

async function takeDown(campaign: Campaign): Promise<string> {
  return killed(campaign, ['down'], 1.3);
}

async function session(campaign: Campaign): Promise<string> {
  const pids = sessions(campaign);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  return `session killed, ${await killed(campaign, UP)}`;
}

async function killEngine(campaign: Campaign): Promise<string> {
  const { rig, engine, random, withinMs } = campaign;
  const args = random.pick([UP, [...UP, '--recreate'], ['down']]);
  const afterMs = random.under(1.3 * withinMs);
  const running = rig.startDev(args);
  await pause(afterMs);
  await engine?.end('SIGKILL');
  await running.finished.catch(() => undefined);
  await engine?.start();
  return `${args.join(' ')}: the engine killed after ${String(afterMs)} ms`;
}

function sessions({ rig }: Campaign): readonly number[] {
  return findProcesses('__session', rig.directory);
}

/** Of two that were started at once, one waits for the other's lock and ends when it does not get it. */
async function lastingSessions(campaign: Campaign): Promise<number> {
  const isOne = (): boolean => sessions(campaign).length === 1;
  await waitFor('a single session', isOne, { timeoutMs: 15_000 }).catch(() => undefined);
  return sessions(campaign).length;
}

async function query({ rig }: Campaign, sql: string): Promise<string> {
  const argv = ['psql', '-U', 'app', '-d', 'app', '-At', '-c', sql];
  const asked = await rig.run(['docker', 'exec', `${rig.name}-db-1`, ...argv]);
  if (asked.status !== 0) throw new Error(asked.stderr);
  return asked.stdout.trim();
}

/** Puts one more row into the database, which has to be there after the next round. */
async function keep(campaign: Campaign): Promise<void> {
  await query(campaign, 'create table if not exists kept (round int)');
  await query(campaign, `insert into kept values (${String(campaign.round)})`);
  campaign.rows = Number(await query(campaign, 'select count(*) from kept'));
}

/** Everything that is not as it should be after a `dev up` that ended well. */
async function faults(campaign: Campaign): Promise<readonly string[]> {
  const { rig } = campaign;
  const again = await rig.dev(UP);
  const status = await rig.dev(['status']);
  const running = await lastingSessions(campaign);
  return [
    ...(again.status === 0
      ? []
      : [`the second dev up: exit ${String(again.status)}\n${again.stderr}`]),
    ...(again.stdout.includes('nothing to do') ? [] : [`again: ${again.stdout}${again.stderr}`]),
    ...(status.status === 0 ? [] : [`dev status: ${status.stdout}${status.stderr}`]),
    ...(running === 1 ? [] : [`${String(running)} sessions`]),
    ...(await engineFaults(campaign)),
    ...halfWritten(rig),
    ...(await dataFaults(campaign)),
  ];
}

async function engineFaults({ rig, hasWorker }: Campaign): Promise<readonly string[]> {
  const label = `label=com.docker.compose.project=${rig.name}`;
  const listed = async (...args: readonly string[]): Promise<string> =>
    (
      await rig.run(['docker', ...args, '--filter', label, '--format', '{{.Names}} {{.State}}'])
    ).stdout
      .trim()
      .split('\n')
      .sort()
      .join(', ');
  const names = ['api', 'db', ...(hasWorker ? ['worker'] : [])];
  const wanted = names.map((name) => `${rig.name}-${name}-1 running`).join(', ');
  const containers = await listed('ps', '--all');
  const networks = await rig.run(['docker', 'network', 'ls', '--quiet', '--filter', label]);
  const inside = await rig.run([
    'docker',
    'exec',
    `${rig.name}-api-1`,
    'sh',
    '-c',
    'echo "$ROUND"; cat /tmp/note',
  ]);
  const round = /ROUND: '(\d+)'/.exec(rig.read('compose/base.yaml'))?.[1] ?? '';
  const networkCount = networks.stdout.trim().split('\n').length;
  return [
    ...(containers === wanted ? [] : [`containers: ${containers}`]),
    ...(networkCount === 1 ? [] : [`${String(networkCount)} networks`]),
    ...(inside.stdout === `${round}\nround ${round}`
      ? []
      : [`in api: ${inside.stdout}${inside.stderr}`]),
  ];
}

/** Temporary files of writes that were never finished. */
function halfWritten(rig: Rig): readonly string[] {
  const { state, dev } = rig.places();
  return [rig.directory, state, dev].flatMap((folder) =>
    readdirSync(folder, { recursive: folder !== rig.directory, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.tmp'),
    ),
  );
}

async function dataFaults(campaign: Campaign): Promise<readonly string[]> {
  if (campaign.rows === undefined) return [];
  const counted = await query(campaign, 'select count(*) from kept').catch((error: unknown) =>
    String(error),
  );
  return counted === String(campaign.rows) ? [] : [`${counted} rows, not ${String(campaign.rows)}`];
}
