import { isDeepStrictEqual } from 'node:util';
import type { NetworkInspectInfo, VolumeInspectInfo } from 'dockerode';
import { VOLUME_CASES } from './compose-keys/all.ts';
import { own, type Key } from './compose-keys/key.ts';
import { keysOf, NETWORKS, rivals, VOLUMES, type EditedFile } from './edited-file.ts';
import { inspected, type Inspected } from './inspected.ts';

interface Raw {
  readonly Id: string;
  readonly Image: string;
  readonly State: { readonly Running: boolean; readonly Paused: boolean };
  readonly Config: {
    readonly Env: readonly string[] | null;
    readonly Labels: Readonly<Record<string, string>>;
  };
}

/** Compares what the engine says with an edited definition. */
export class EditedJudge {
  readonly #file: EditedFile;
  #found: string[] = [];

  constructor(file: EditedFile) {
    this.#file = file;
  }

  /** What the engine says otherwise than the definition, one line each. */
  async differences(): Promise<readonly string[]> {
    this.#found = [];
    const raw = await this.#containers();
    await this.#services(raw);
    this.#others(raw);
    await this.#images(raw);
    await this.#networks();
    await this.#volumes();
    return this.#found;
  }

  #compare(path: string, wanted: unknown, says: unknown): void {
    const [want, is] = [this.#file.expand(path, wanted), says].map(plain);
    if (isDeepStrictEqual(want, is)) return;
    this.#found.push(`${path}: wanted ${JSON.stringify(want)}, is ${JSON.stringify(is)}`);
  }

  async #services(raw: readonly Raw[]): Promise<void> {
    const { services, stack } = this.#file;
    const naming = {
      ...{ project: stack.name, folder: stack.folder },
      services: new Map(raw.map((one) => [one.Id, serviceOf(one)])),
    };
    for (const service of services) {
      const all = raw.filter((one) => serviceOf(one) === service);
      const [one] = all;
      if (one === undefined || all.length !== 1) {
        this.#found.push(`${service}: ${String(all.length)} containers that run`);
        continue;
      }
      const container = inspected(JSON.stringify(one), await this.#texts(one.Id), naming);
      for (const key of keysOf(service)) this.#key(service, key, container);
    }
  }

  #key(service: string, key: Key, container: Inspected): void {
    const path = `${service}.${key.name}`;
    // Another key says what this one would say.
    if (rivals(key).some((other) => this.#file.index(`${service}.${other}`) > 0)) return;
    this.#compare(path, key.cases[this.#file.index(path)]?.[1], key.says(container));
  }

  /** What it reads of its configs and secrets. */
  async #texts(id: string): Promise<readonly string[]> {
    const script =
      'for f in /listed /own-note /own-given /run/secrets/*; do [ -f $f ] && echo "$f $(cat $f)"; done; true';
    const argv = ['exec', '--user', '0', id, 'sh', '-c', script];
    const read = await this.#file.stack.edited.docker(...argv);
    if (read.status !== 0) return [`cannot be read: ${read.stdout}${read.stderr}`];
    return read.stdout.split('\n').filter((line) => line !== '');
  }

  /** Services that are there so and so often, or only sometimes; each with its text. */
  #others(raw: readonly Raw[]): void {
    const texts = (service: string): readonly string[] =>
      raw
        .filter((one) => serviceOf(one) === service)
        .flatMap(({ Config }) => (Config.Env ?? []).filter((one) => one.startsWith('OWN_TEXT=')));
    const times = (count: unknown, token: string): readonly string[] =>
      Array.from({ length: Number(count) }, () => `OWN_TEXT=%${token}%`);
    this.#compare('many.size', times(this.#file.said('many.size'), 'MANY'), texts('many'));
    const included = times(this.#file.said('included.there'), 'INCLUDED');
    this.#compare('included.there', included, texts('included'));
    // One whose profiles are off stays as it is, if it runs.
    if (this.#file.isSpecialOn)
      this.#compare('special.profiles', times(1, 'SPECIAL'), texts('special'));
  }

  async #images(raw: readonly Raw[]): Promise<void> {
    const { docker, name } = this.#file.stack.edited;
    const id = await docker('image', 'inspect', '--format', '{{.Id}}', `${name}:1`);
    for (const one of raw) {
      const service = serviceOf(one);
      const isLeft = service === 'special' && !this.#file.isSpecialOn;
      if (service !== 'm' && !isLeft)
        this.#compare(`${service}.image`, id.stdout.trim(), one.Image);
    }
  }

  async #networks(): Promise<void> {
    for (const [key, cases] of Object.entries(NETWORKS)) {
      const name = `${this.#file.stack.name}_${key}`;
      const [network] = await this.#inspect<NetworkInspectInfo>('network', name);
      if (!this.#isUsed('networks', key)) continue;
      const path = `networks.${key}`;
      if (network === undefined) {
        this.#found.push(`${path}: there is none`);
        continue;
      }
      const { Internal, Attachable, Labels, Options, IPAM, EnableIPv6 } = network;
      const says =
        key === 'fixed'
          ? [EnableIPv6, IPAM?.Config]
          : [Internal, Attachable, own(Labels), Options ?? {}];
      this.#compare(path, cases[this.#file.index(path)]?.[1], says);
    }
  }

  async #volumes(): Promise<void> {
    for (const key of VOLUMES) {
      const path = `volumes.${key}`;
      if (!this.#isUsed('volumes', key)) continue;
      const [written, wanted] = VOLUME_CASES[this.#file.index(path)] ?? [];
      const named = JSON.stringify(written).includes('named-');
      const name = `${this.#file.stack.name}_${named ? 'named-' : ''}${key}`;
      const [volume] = await this.#inspect<VolumeInspectInfo>('volume', name);
      this.#compare(path, wanted, volume && [volume.Options ?? {}, own(volume.Labels)]);
    }
  }

  /** What was made for nobody in particular stays as it is. */
  #isUsed(kind: 'networks' | 'volumes', key: string): boolean {
    return this.#file.services.some((service) => {
      const cases = keysOf(service).find(({ name }) => name === kind)?.cases;
      const written = cases?.[this.#file.index(`${service}.${kind}`)]?.[0] ?? null;
      return new RegExp(`"${key}[":]`).test(JSON.stringify(written));
    });
  }

  async #inspect<T>(
    kind: 'container' | 'network' | 'volume',
    ...names: readonly string[]
  ): Promise<readonly T[]> {
    if (names.length === 0) return [];
    const { stdout } = await this.#file.stack.edited.docker(kind, 'inspect', ...names);
    return JSON.parse(stdout.trim() === '' ? '[]' : stdout) as T[];
  }

  /** Those that run. */
  async #containers(): Promise<readonly Raw[]> {
    const { docker, name } = this.#file.stack.edited;
    const label = `label=com.docker.compose.project=${name}`;
    const listed = await docker('ps', '--all', '--quiet', '--filter', label);
    const ids = listed.stdout.split('\n').filter((line) => line !== '');
    const all = await this.#inspect<Raw>('container', ...ids);
    return all.filter(({ State }) => State.Running && !State.Paused);
  }
}

const serviceOf = ({ Config }: Raw): string => Config.Labels['com.docker.compose.service'] ?? '';

/** As JSON has it: without what is undefined, keys in order. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  ) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
