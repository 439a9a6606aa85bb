import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { NetworkInspectInfo, VolumeInspectInfo } from 'dockerode';
import type { Stack } from './again-rounds.ts';
import { FIXED_CASES, NETWORK_CASES, SERVICE_KEYS, VOLUME_CASES } from './compose-keys/all.ts';
import { own, type Case, type Key } from './compose-keys/key.ts';
import { inspected, type Inspected } from './inspected.ts';
import type { Random } from './random.ts';

const SERVICES = ['a', 'b'] as const;
const NETWORKS: Readonly<Record<string, readonly Case[]>> = {
  front: NETWORK_CASES,
  back: NETWORK_CASES,
  fixed: FIXED_CASES,
};
const VOLUMES = ['data', 'more'] as const;

/** Texts that files hold and that are edited too: token → where it stands, and around what. */
const FILES: Readonly<Record<string, readonly [path: string, before: string]>> = {
  ONE: ['one.env', 'OWN_FILE='],
  LABEL: ['own.labels', 'own.c='],
  LISTED: ['listed.txt', ''],
  WORD: ['word.txt', ''],
};

/** One thing that can be edited: the cases that it has, by the path in the document. */
interface Place {
  readonly path: string;
  readonly cases: readonly Case[];
  readonly excludes: readonly string[];
}

function servicePlaces(service: string): readonly Place[] {
  return SERVICE_KEYS.filter(({ onlyFirst }) => service === 'a' || onlyFirst !== true).map(
    ({ name, cases, excludes = [] }) => ({
      path: `${service}.${name}`,
      cases,
      excludes: excludes.map((other) => `${service}.${other}`),
    }),
  );
}

const PLACES: readonly Place[] = [
  ...SERVICES.flatMap(servicePlaces),
  ...Object.entries(NETWORKS).map(([key, cases]) => ({
    ...{ path: `networks.${key}`, cases, excludes: [] },
  })),
  ...VOLUMES.map((key) => ({ path: `volumes.${key}`, cases: VOLUME_CASES, excludes: [] })),
];

/** A definition that is edited on and on. */
export class EditedFile {
  readonly random: Random;
  readonly stack: Stack;
  readonly #chosen = new Map<string, number>();
  readonly #tokens: Record<string, string>;
  #edits = 0;

  constructor(random: Random, stack: Stack, ports: readonly number[]) {
    this.random = random;
    this.stack = stack;
    const net = `10.${String(200 + random.under(50))}.${String(random.under(250))}`;
    this.#tokens = {
      ...{ NET: net, PROJECT: stack.name, NOTE: 'note', ONE: 'one', LABEL: 'file' },
      ...{ LISTED: 'listed', WORD: 'sesame', IMAGE: `${stack.name}:1` },
      ...Object.fromEntries(ports.map((port, index) => [`PORT${String(index)}`, String(port)])),
    };
  }

  /** @returns what was edited. */
  edit(): string {
    this.#edits += 1;
    if (this.random.under(6) === 0) {
      const token = this.random.pick([...Object.keys(FILES), 'NOTE']);
      this.#tokens[token] = `text${String(this.#edits)}`;
      return `the text ${token}`;
    }
    const place = this.random.pick(PLACES);
    const index = this.random.under(place.cases.length);
    this.#chosen.set(place.path, index);
    // What cannot stand beside it goes.
    if (index > 0) for (const path of place.excludes) this.#chosen.delete(path);
    return `${place.path} = ${JSON.stringify(this.#expand(place.path, place.cases[index]?.[0]))}`;
  }

  #index(path: string): number {
    return this.#chosen.get(path) ?? 0;
  }

  #expand<T>(path: string, value: T): T {
    if (value === undefined) return value;
    const [owner = '', key = ''] = path.split('.');
    // Two services cannot have one address or port: theirs differ in the last digit.
    const own = owner === 'b' ? 'B' : 'A';
    const tokens: Record<string, string | undefined> = {
      ...this.#tokens,
      KEY: key,
      HOST: owner === 'b' ? '8' : '7',
    };
    const text = JSON.stringify(value).replace(/%([A-Z0-9]+)%/g, (whole, name: string) =>
      name.startsWith('PORT')
        ? (tokens[`PORT${String(Number(name.slice(4)) - 1 + (own === 'B' ? 3 : 0))}`] ?? whole)
        : (tokens[name] ?? whole),
    );
    return JSON.parse(text) as T;
  }

  #written(path: string, cases: readonly Case[]): unknown {
    return this.#expand(path, cases[this.#index(path)]?.[0]);
  }

  write(): void {
    const services = SERVICES.map((service) => {
      const keys: Readonly<Record<string, unknown>> = Object.fromEntries(
        SERVICE_KEYS.map(({ name, cases }) => [name, this.#written(`${service}.${name}`, cases)]),
      );
      return [service, { image: this.#tokens['IMAGE'], pull_policy: 'never', ...keys }];
    });
    const networks = Object.entries(NETWORKS).map(([key, cases]) => [
      key,
      this.#written(`networks.${key}`, cases),
    ]);
    const volumes = VOLUMES.map((key) => [key, this.#written(`volumes.${key}`, VOLUME_CASES)]);
    const document = {
      services: Object.fromEntries(services) as unknown,
      networks: Object.fromEntries(networks) as unknown,
      volumes: Object.fromEntries(volumes) as unknown,
      configs: { note: { content: this.#tokens['NOTE'] }, listed: { file: './listed.txt' } },
      secrets: { word: { file: './word.txt' } },
    };
    this.#put('compose.yaml', JSON.stringify(document, null, 2));
    for (const [token, [path, before]] of Object.entries(FILES)) {
      this.#put(path, `${before}${this.#tokens[token] ?? ''}\n`);
    }
  }

  #put(path: string, text: string): void {
    writeFileSync(join(this.stack.folder, path), text);
  }

  /** What the engine says otherwise than the definition, one line each. */
  async differences(): Promise<readonly string[]> {
    const found: string[] = [];
    const compare = (path: string, wanted: unknown, says: unknown): void => {
      const [want, is] = [this.#expand(path, wanted), says].map(plain);
      if (isDeepStrictEqual(want, is)) return;
      found.push(`${path}: wanted ${JSON.stringify(want)}, is ${JSON.stringify(is)}`);
    };
    const containers = await this.#containers();
    for (const service of SERVICES) {
      const container = containers.get(service);
      if (container === undefined) found.push(`${service}: no container that runs`);
      else {
        for (const key of SERVICE_KEYS) {
          const path = `${service}.${key.name}`;
          if (this.#isOff(service, key)) continue;
          compare(path, key.cases[this.#index(path)]?.[1], key.says(container));
        }
      }
    }
    for (const [key, cases] of Object.entries(NETWORKS)) {
      const [network] = await this.#inspect<NetworkInspectInfo>(
        'network',
        `${this.stack.name}_${key}`,
      );
      if (network === undefined || !(await this.#isUsed('networks', key))) continue;
      const { Internal, Attachable, Labels, Options, IPAM } = network;
      const says =
        key === 'fixed' ? IPAM?.Config : [Internal, Attachable, own(Labels), Options ?? {}];
      const path = `networks.${key}`;
      compare(path, cases[this.#index(path)]?.[1], says);
    }
    for (const key of VOLUMES) {
      const path = `volumes.${key}`;
      if (!(await this.#isUsed('volumes', key))) continue;
      const named = JSON.stringify(VOLUME_CASES[this.#index(path)]?.[0]).includes('named-');
      const name = `${this.stack.name}_${named ? 'named-' : ''}${key}`;
      const [volume] = await this.#inspect<VolumeInspectInfo>('volume', name);
      const says = volume && [volume.Options ?? {}, own(volume.Labels)];
      compare(path, VOLUME_CASES[this.#index(path)]?.[1], says);
    }
    return found;
  }

  /** What was made for nobody in particular stays as it is. */
  #isUsed(kind: 'networks' | 'volumes', key: string): Promise<boolean> {
    const used = SERVICES.some((service) =>
      JSON.stringify(
        SERVICE_KEYS.find(({ name }) => name === kind)?.cases[
          this.#index(`${service}.${kind}`)
        ]?.[0] ?? null,
      ).match(new RegExp(`"${key}[":]`)),
    );
    return Promise.resolve(used);
  }

  /** Another key says what this one would say. */
  #isOff(service: string, { name, excludes = [] }: Key): boolean {
    return SERVICE_KEYS.some(
      (other) =>
        (other.excludes?.includes(name) === true || excludes.includes(other.name)) &&
        this.#index(`${service}.${other.name}`) > 0,
    );
  }

  async #inspect<T>(kind: 'container' | 'network' | 'volume', name: string): Promise<readonly T[]> {
    const { stdout } = await this.stack.edited.docker(kind, 'inspect', name);
    return JSON.parse(stdout.trim() === '' ? '[]' : stdout) as T[];
  }

  async #containers(): Promise<ReadonlyMap<string, Inspected>> {
    const { docker, name } = this.stack.edited;
    const raw = await Promise.all(
      SERVICES.map(async (service) => {
        const [one] = await this.#inspect<{ Id: string; State: { Running: boolean } }>(
          'container',
          `${name}-${service}-1`,
        );
        return one?.State.Running === true ? [{ service, one }] : [];
      }),
    );
    const all = raw.flat();
    const services = new Map(all.map(({ service, one }) => [one.Id, service]));
    const script =
      'for f in /listed /own-note /run/secrets/*; do [ -f $f ] && echo "$f $(cat $f)"; done; true';
    return new Map(
      await Promise.all(
        all.map(async ({ service, one }) => {
          const read = await docker('exec', '--user', '0', one.Id, 'sh', '-c', script);
          const files = read.stdout.split('\n').filter((line) => line !== '');
          const naming = { project: name, folder: this.stack.folder, services };
          return [service, inspected(JSON.stringify(one), files, naming)] as const;
        }),
      ),
    );
  }
}

/** As JSON has it: without what is undefined, keys in order. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  ) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
