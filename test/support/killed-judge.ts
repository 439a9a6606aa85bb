import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DebianRegistry } from './debian-registry.ts';
import { processesNaming } from './find-process.ts';
import type { Rig } from './rig.ts';
import { runProgram } from './run-program.ts';
import { waitFor } from './wait-for.ts';

/** What is judged: a project and where its releases go. */
export interface Judged {
  readonly rig: Rig;
  readonly registry: DebianRegistry;
  /** All runs that were begun, also those whose folders are gone. */
  readonly runs: ReadonlySet<string>;
}

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

export async function engineNames(...argv: readonly string[]): Promise<readonly string[]> {
  return lines((await runProgram(['docker', ...argv])).stdout);
}

interface StoreIndex {
  readonly manifests: readonly {
    readonly digest: string;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

/** What must never be there, not even for a moment: something that is not whole. */
export async function halfThings(campaign: Judged): Promise<readonly string[]> {
  return [...halfStored(campaign), ...(await halfPublished(campaign))];
}

function halfStored({ rig }: Judged): readonly string[] {
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
async function halfPublished({ registry }: Judged): Promise<readonly string[]> {
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
export async function leftThings({ rig, registry, runs }: Judged): Promise<readonly string[]> {
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
