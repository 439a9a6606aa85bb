import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseRecord, type RunRecord } from '../../src/release/run-record.ts';
import type { BadRound } from './campaign.ts';
import type { DebianRegistry } from './debian-registry.ts';
import { engineNames, halfThings, leftThings, type Judged } from './killed-judge.ts';
import { seeded, type Random } from './random.ts';
import type { Rig } from './rig.ts';
import type { Running } from './run-program.ts';
import { waitFor } from './wait-for.ts';

/** Two modules, one of which uses the other, a trial of both, and a registry. */
export const killedFiles = (host: string): Readonly<Record<string, string>> => ({
  'dev.yaml': `name: killed
modules:
  lib: { image: node, install: false, compile: mkdir -p dist && cp lib.js dist/, artifact: [dist] }
  web: { image: node, install: false, uses: [lib], run: node server.js, test: node --check server.js }
pipeline: { smoke: { timeout: 120s } }
store: { registry: ${host}/shop }
`,
  '.gitignore': '.dev/\ndev.settings.yaml\n',
  'lib/lib.js': 'module.exports = "0";\n',
  'web/server.js': SERVER,
  'compose/base.yaml': `services:
  web:
    healthcheck: { test: ['CMD', 'test', '-e', '/tmp/up'], start_interval: 250ms, start_period: 60s }
`,
});

const SERVER = `// 0
const word = require('../lib/dist/lib.js');
require('node:fs').writeFileSync('/tmp/up', word);
process.on('SIGTERM', () => process.exit(0));
setInterval(() => undefined, 1000);
`;

export interface KilledOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly tell: (line: string) => void;
}

/** How long the first release took, of which so much after its pipeline. */
interface Usual {
  readonly steps: number;
  readonly publishMs: number;
}

/** How much of what is not the pipeline publishes; the rest starts and opens. */
const PUBLISHING = 0.7;

interface Campaign extends Judged {
  readonly runs: Set<string>;
  readonly random: Random;
  /** Whether each kill hit somebody at work. */
  readonly hits: boolean[];
}

async function commit({ rig }: Campaign, message: string): Promise<void> {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
  await rig.run(['git', 'add', '--all']);
  await rig.run(['git', ...who, 'commit', '--quiet', '--allow-empty', '--message', message]);
}

/**
 * Kills releases at random moments, and sees whether what is there is whole at once, and whether the
 * next run finishes them and leaves nothing of them.
 */
export async function killedRuns(
  rig: Rig,
  registry: DebianRegistry,
  { rounds, seed, tell }: KilledOptions,
): Promise<readonly BadRound[]> {
  const campaign: Campaign = { rig, registry, random: seeded(seed), runs: new Set(), hits: [] };
  await rig.run(['git', 'init', '--quiet', '--initial-branch=main']);
  await commit(campaign, 'first');
  const first = await rig.dev(RELEASE);
  if (first.status !== 0) throw new Error(`it does not release:\n${first.stderr}`);
  const pipeline = recordSince(rig, 0);
  const usual = {
    steps: pipeline?.steps.length ?? 0,
    publishMs: first.durationMs - ((pipeline?.endedAtMs ?? 0) - (pipeline?.startedAtMs ?? 0)),
  };
  const bad: BadRound[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const edited = await edit(campaign, round);
    const kills = campaign.random.under(3) === 0 ? 2 : 1;
    const killed: string[] = [];
    const wrong: string[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      killed.push(await killOne(campaign, usual, edited));
      wrong.push(...(await halfThings(campaign)));
    }
    const next = await rig.dev(RELEASE);
    if (next.status !== 0) wrong.push(`the next run: exit ${String(next.status)}`);
    wrong.push(...(await halfThings(campaign)), ...(await leftThings(campaign)));
    const verified = await rig.dev(['release', 'verify']);
    if (verified.status !== 0) wrong.push(`verify: ${verified.stderr}`);
    const did = `${edited}, killed ${killed.join(', ')}`;
    const verdict = wrong.length === 0 ? 'ok ' : 'BAD';
    tell([`${verdict} ${String(round)}: ${did}`, ...wrong].join('\n    '));
    if (wrong.length > 0) bad.push({ round, did, wrong, said: `${next.stdout}${next.stderr}` });
  }
  const hits = campaign.hits.filter((hit) => hit).length;
  tell(`${String(hits)} of ${String(campaign.hits.length)} kills hit a release at work`);
  return bad;
}

const RELEASE = ['--yes', 'release'];

/** A commit that needs all steps, some of them, or none but the release. */
async function edit(campaign: Campaign, round: number): Promise<string> {
  const { rig, random } = campaign;
  const what = random.pick(['lib', 'lib', 'web', 'nothing'] as const);
  if (what === 'lib') rig.write('lib/lib.js', `module.exports = "${String(round)}";\n`);
  if (what === 'web') rig.write('web/server.js', SERVER.replace('// 0', `// ${String(round)}`));
  await commit(campaign, `round ${String(round)}`);
  return what;
}

/** What the latest run of the pipeline has written of itself, when it was begun by then. */
function recordSince(rig: Rig, sinceMs: number): RunRecord | undefined {
  const { history } = rig.places().delivery;
  const newest = existsSync(history) ? readdirSync(history).sort().at(-1) : undefined;
  if (newest === undefined) return undefined;
  const record = parseRecord(readFileSync(join(history, newest), 'utf8'));
  return record !== undefined && record.startedAtMs >= sinceMs ? record : undefined;
}

/** Waits for a moment of a release: at its very beginning, in a step of its pipeline, when it publishes. */
async function aim(
  { rig, random }: Campaign,
  running: Running,
  { usual, edited, sinceMs }: { usual: Usual; edited: string; sinceMs: number },
): Promise<string> {
  // What is not edited has no pipeline, and is published at once.
  const where = random.pick(
    edited === 'nothing'
      ? (['beginning', 'publishing', 'publishing'] as const)
      : (['beginning', 'step', 'step', 'step', 'publishing'] as const),
  );
  const until = (what: string, isSo: (record: RunRecord) => boolean): Promise<unknown> =>
    waitFor(
      what,
      () => {
        const record = recordSince(rig, sinceMs);
        return running.status() !== undefined || (record !== undefined && isSo(record));
      },
      { timeoutMs: 240_000, everyMs: 5 },
    );
  // The moment is what is tried here, not waited for.
  if (where === 'beginning') await pause(random.under(400));
  if (where === 'step') {
    const wanted = 1 + random.under(usual.steps);
    await until('a step', ({ steps, endedAtMs }) => {
      const begun = steps.filter(({ outcome }) => outcome !== 'waiting');
      return begun.length >= Math.min(wanted, steps.length) || endedAtMs !== undefined;
    });
    await pause(random.under(250));
  }
  if (where === 'publishing') {
    if (edited !== 'nothing') await until('its end', (record) => record.endedAtMs !== undefined);
    await pause(random.under(usual.publishMs * PUBLISHING));
  }
  return where;
}

/** Kills a release at a moment of its own; alone, or with all that it has started. */
async function killOne(campaign: Campaign, usual: Usual, edited: string): Promise<string> {
  const { rig, random, runs, hits } = campaign;
  const sinceMs = Date.now();
  const running = rig.startDev(RELEASE);
  const where = await aim(campaign, running, { usual, edited, sinceMs });
  const isOver = running.status() !== undefined;
  hits.push(!isOver);
  const isAlone = random.under(3) === 0;
  if (isAlone) running.kill('SIGKILL');
  else running.killGroup();
  await running.finished.catch(() => undefined);
  for (const id of readdirSync(rig.places().delivery.runs)) runs.add(id);
  const at = recordSince(rig, sinceMs)?.steps.filter(({ outcome }) => outcome === 'running') ?? [];
  const steps = at.map(({ id }) => id).join(' and ');
  const how = isOver ? 'when over' : isAlone ? 'alone' : 'with children';
  return `${how}: ${where}${steps === '' ? '' : ` (${steps})`}`;
}

/** What the campaign's releases are called on the engine. */
export async function removeImages({ name }: Rig): Promise<void> {
  const filter = `label=dev.onestack.project=${name}`;
  const ids = await engineNames('images', '--quiet', '--filter', filter);
  if (ids.length > 0) await engineNames('rmi', '--force', ...new Set(ids));
}
