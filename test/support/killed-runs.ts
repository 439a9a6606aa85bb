import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BadRound } from './campaign.ts';
import type { DebianRegistry } from './debian-registry.ts';
import { processesNaming } from './find-process.ts';
import { seeded, type Random } from './random.ts';
import type { Rig } from './rig.ts';
import { runProgram } from './run-program.ts';
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

interface Campaign {
  readonly rig: Rig;
  readonly registry: DebianRegistry;
  readonly random: Random;
  /** All that were begun, also those whose folders are gone. */
  readonly runs: Set<string>;
}

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

async function engineNames(...argv: readonly string[]): Promise<readonly string[]> {
  return lines((await runProgram(['docker', ...argv])).stdout);
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
  const campaign: Campaign = { rig, registry, random: seeded(seed), runs: new Set() };
  await rig.run(['git', 'init', '--quiet', '--initial-branch=main']);
  await commit(campaign, 'first');
  const first = await rig.dev(RELEASE);
  if (first.status !== 0) throw new Error(`it does not release:\n${first.stderr}`);
  const bad: BadRound[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const edited = await edit(campaign, round);
    const kills = campaign.random.under(3) === 0 ? 2 : 1;
    const killed: string[] = [];
    const wrong: string[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      killed.push(await killOne(campaign, first.durationMs));
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

/** Kills a release after some time, or some steps; alone, or with all that it has started. */
async function killOne({ rig, random, runs }: Campaign, usualMs: number): Promise<string> {
  const running = rig.startDev(RELEASE);
  const steps = (): number => lines(running.stderr()).filter((line) => line.startsWith('✓')).length;
  if (random.under(2) === 0) {
    // The moment is what is tried here, not waited for.
    await pause(random.under(usualMs));
  } else {
    const wanted = random.under(9);
    const isThere = (): boolean => steps() >= wanted || running.status() !== undefined;
    await waitFor('a step', isThere, { timeoutMs: 240_000, everyMs: 10 });
    await pause(random.under(300));
  }
  const isOver = running.status() !== undefined;
  const isAlone = random.under(3) === 0;
  if (isAlone) running.kill('SIGKILL');
  else running.killGroup();
  await running.finished.catch(() => undefined);
  for (const id of readdirSync(rig.places().delivery.runs)) runs.add(id);
  const how = isOver ? 'when over' : isAlone ? 'alone' : 'with children';
  return `${how} after ${String(steps())} steps`;
}

interface StoreIndex {
  readonly manifests: readonly {
    readonly digest: string;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

/** What must never be there, not even for a moment: something that is not whole. */
async function halfThings(campaign: Campaign): Promise<readonly string[]> {
  return [...halfStored(campaign), ...(await halfPublished(campaign))];
}

function halfStored({ rig }: Campaign): readonly string[] {
  const { store } = rig.places().delivery;
  const folder = join(store, 'blobs/sha256');
  const wrong: string[] = [];
  const there = new Set(readdirSync(folder));
  for (const name of there) {
    const digest = createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
    if (digest !== name) wrong.push(`the store's ${name} is ${digest}`);
  }
  const { manifests } = JSON.parse(readFileSync(join(store, 'index.json'), 'utf8')) as StoreIndex;
  for (const { digest, annotations } of manifests) {
    for (const one of [digest.slice(7), annotations['dev.onestack.blob'] ?? '']) {
      if (!there.has(one)) wrong.push(`the store names ${one}, which is not there`);
    }
  }
  return wrong;
}

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

const ACCEPT = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

async function asked(url: string, method = 'GET'): Promise<Response> {
  return fetch(url, { method, headers: { accept: ACCEPT }, signal: AbortSignal.timeout(10_000) });
}

/** Tags whose images are not all there, and a `latest` that is no version. */
async function halfPublished({ registry }: Campaign): Promise<readonly string[]> {
  const at = `http://${registry.host}/v2`;
  const { repositories } = (await (await asked(`${at}/_catalog`)).json()) as {
    repositories: readonly string[];
  };
  const wrong: string[] = [];
  for (const repository of repositories) {
    const listed = await asked(`${at}/${repository}/tags/list`);
    const { tags } = (await listed.json()) as { tags: readonly string[] | null };
    const digests = new Map<string, string | null>();
    for (const tag of tags ?? []) {
      const answer = await asked(`${at}/${repository}/manifests/${tag}`);
      const manifest = answer.ok ? ((await answer.json()) as Manifest) : undefined;
      if (manifest === undefined) wrong.push(`${repository}:${tag} has no manifest`);
      digests.set(tag, answer.headers.get('docker-content-digest'));
      for (const { digest } of manifest === undefined
        ? []
        : [manifest.config, ...manifest.layers]) {
        const blob = await asked(`${at}/${repository}/blobs/${digest}`, 'HEAD');
        if (!blob.ok) wrong.push(`${repository}:${tag} lacks ${digest}`);
      }
    }
    const versions = [...digests].filter(([tag]) => tag.includes('_'));
    const latest = digests.get('latest');
    if (latest !== undefined && !versions.some(([, digest]) => digest === latest))
      wrong.push(`${repository}:latest is no version`);
  }
  return wrong;
}

/** What dead runs have left, once another one is over. */
async function leftThings({ rig, registry, runs }: Campaign): Promise<readonly string[]> {
  const { store, runs: folder } = rig.places().delivery;
  const ofRuns = (names: readonly string[]): readonly string[] =>
    names.filter((name) => [...runs].some((run) => name.includes(run)));
  const format = ['--format', '{{.Names}}'];
  const byLabel = ['--filter', `label=dev.onestack.project=${rig.name}`];
  const processes = (): readonly number[] => [...runs].flatMap((run) => processesNaming(run));
  await waitFor('nothing runs', () => processes().length === 0, { timeoutMs: 10_000 }).catch(
    () => undefined,
  );
  const left = {
    container: [
      ...(await engineNames('ps', '--all', ...byLabel, ...format)),
      ...ofRuns(await engineNames('ps', '--all', ...format)),
    ],
    network: ofRuns(await engineNames('network', 'ls', '--format', '{{.Name}}')),
    volume: ofRuns(await engineNames('volume', 'ls', '--format', '{{.Name}}')),
    image: (await engineNames('images', '--format', '{{.Repository}}:{{.Tag}}')).filter(
      (name) =>
        name.startsWith(`${registry.host}/`) ||
        (name.startsWith(`${rig.name}/`) && name.endsWith('-candidate')),
    ),
    export: readdirSync(folder).filter((id) =>
      ['src', 'production'].some((name) => existsSync(join(folder, id, name))),
    ),
    'part of a file': readdirSync(join(store, 'blobs')).filter((name) => name !== 'sha256'),
    process: processes().map(String),
  };
  return Object.entries(left).flatMap(([kind, names]) =>
    names.map((name) => `${kind} ${name} is left`),
  );
}

/** What the campaign's releases are called on the engine. */
export async function removeImages({ name }: Rig): Promise<void> {
  const filter = `label=dev.onestack.project=${name}`;
  const ids = await engineNames('images', '--quiet', '--filter', filter);
  if (ids.length > 0) await engineNames('rmi', '--force', ...new Set(ids));
}
