import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from './again-rounds.ts';
import { FIXED_CASES, NETWORK_CASES, SERVICE_KEYS, VOLUME_CASES } from './compose-keys/all.ts';
import type { Case, Key } from './compose-keys/key.ts';
import { ENGINE_EDITS, outerVolume, outsideNetwork } from './engine-edits.ts';
import type { Random } from './random.ts';

/** Of a service of the tool's own module, which runs as the person and has mounts of its own. */
const MODULE_KEYS = new Set([
  ...['labels', 'label_file', 'annotations', 'environment', 'env_file', 'ulimits', 'cap_add'],
  ...['cap_drop', 'shm_size', 'mem_limit', 'cpus', 'pids_limit', 'extra_hosts', 'dns', 'sysctls'],
  ...['dns_search', 'dns_opt', 'hostname', 'logging', 'group_add', 'expose'],
  ...['networks', 'configs', 'secrets', 'blkio_config', 'cpuset', 'container_name', 'extends'],
]);

export const NETWORKS: Readonly<Record<string, readonly Case[]>> = {
  front: NETWORK_CASES,
  back: NETWORK_CASES,
  fixed: FIXED_CASES,
};
export const VOLUMES = ['data', 'more'] as const;

/** Services of which not the keys are tried, but whether and how often they are there. */
const OTHERS: Readonly<Record<string, readonly Case[]>> = {
  'many.size': [
    [{}, 1],
    [{ scale: 0 }, 0],
    [{ scale: 2 }, 2],
    [{ deploy: { replicas: 3 } }, 3],
  ],
  'special.profiles': [
    [undefined, undefined],
    [['extra'], undefined],
    [['other', 'third'], undefined],
  ],
  'included.there': [
    [false, 0],
    [true, 1],
  ],
  'active.profiles': [
    ['', undefined],
    ['extra', undefined],
    ['third,extra', undefined],
  ],
};

/** Texts that files hold and that are edited too: token → where it stands, and between what. */
const FILES: Readonly<Record<string, readonly [path: string, before: string, after?: string]>> = {
  ONE: ['one.env', 'OWN_FILE='],
  LABEL: ['own.labels', 'own.c='],
  LABELS: ['more.labels', 'own.c=more\nown.d='],
  LISTED: ['listed.txt', ''],
  WORD: ['word.txt', ''],
  EXT: ['ext.yaml', 'services: { base: { domainname: ', ' } }'],
  INCLUDED: [
    'more.yaml',
    'services: { included: { image: "IMAGE", pull_policy: never, init: true, stop_grace_period: 0s, command: sleep infinity, environment: { OWN_TEXT: ',
    ' } } }',
  ],
};
/** Texts that stand in the definition itself, or are variables of `.env`. */
const TEXTS = ['NOTE', 'MANY', 'SPECIAL', 'GIVEN'];

/** One thing that can be edited: the cases that it has, by the path in the document. */
interface Place {
  readonly path: string;
  readonly cases: readonly Case[];
  readonly excludes: readonly string[];
}

export function keysOf(service: string): readonly Key[] {
  if (service === 'm') return SERVICE_KEYS.filter(({ name }) => MODULE_KEYS.has(name));
  return SERVICE_KEYS.filter(({ onlyFirst }) => service === 'a' || onlyFirst !== true);
}

/** Keys that cannot stand beside it, whichever of the two says so. */
export function rivals({ name, excludes = [] }: Key): readonly string[] {
  const others = SERVICE_KEYS.filter((other) => other.excludes?.includes(name) === true);
  return [...excludes, ...others.map((other) => other.name)];
}

function servicePlaces(service: string): readonly Place[] {
  return keysOf(service).map((key) => ({
    path: `${service}.${key.name}`,
    cases: key.cases,
    excludes: rivals(key).map((other) => `${service}.${other}`),
  }));
}

const plainPlaces = (of: Readonly<Record<string, readonly Case[]>>, prefix = ''): Place[] =>
  Object.entries(of).map(([key, cases]) => ({ path: `${prefix}${key}`, cases, excludes: [] }));

/** A definition that is edited on and on, and the engine beside it. */
export class EditedFile {
  readonly random: Random;
  readonly stack: Stack;
  /** Those whose keys are tried; `m` is a module of the project. */
  readonly services: readonly string[];
  readonly #places: readonly Place[];
  readonly #chosen = new Map<string, number>();
  readonly #tokens: Record<string, string>;
  #edits = 0;

  constructor(random: Random, stack: Stack, ports: readonly number[], hasModule: boolean) {
    this.random = random;
    this.stack = stack;
    this.services = hasModule ? ['a', 'b', 'm'] : ['a', 'b'];
    this.#places = [
      ...this.services.flatMap(servicePlaces),
      ...plainPlaces(NETWORKS, 'networks.'),
      ...VOLUMES.map((key) => ({ path: `volumes.${key}`, cases: VOLUME_CASES, excludes: [] })),
      // Few beside the many keys: they come up more often.
      ...[1, 2, 3].flatMap(() => plainPlaces(OTHERS)),
    ];
    const net = `10.${String(200 + random.under(50))}.${String(random.under(250))}`;
    this.#tokens = {
      ...{ NET: net, SIX: `fd00:${random.under(0xfff).toString(16)}:7`, PROJECT: stack.name },
      ...{ NOTE: 'note', ONE: 'one', LABEL: 'file', LABELS: 'files', LISTED: 'listed' },
      ...{ WORD: 'sesame', EXT: 'ext', INCLUDED: 'included', MANY: 'many', SPECIAL: 'special' },
      ...{ GIVEN: 'given', IMAGE: `${stack.name}:1` },
      ...Object.fromEntries(ports.map((port, index) => [`PORT${String(index)}`, String(port)])),
    };
  }

  /** @returns what was edited. */
  async edit(): Promise<string> {
    this.#edits += 1;
    const kind = this.random.under(10);
    if (kind === 0) {
      const { name, edit } = this.random.pick(ENGINE_EDITS);
      await edit(this.stack, this.random);
      return name;
    }
    if (kind <= 2) {
      const token = this.random.pick([...Object.keys(FILES), ...TEXTS]);
      this.#tokens[token] = `text${String(this.#edits)}`;
      return `the text ${token}`;
    }
    const place = this.random.pick(this.#places);
    const index = this.random.under(place.cases.length);
    this.#chosen.set(place.path, index);
    // What cannot stand beside it goes.
    if (index > 0) for (const path of place.excludes) this.#chosen.delete(path);
    return `${place.path} = ${JSON.stringify(this.expand(place.path, place.cases[index]?.[0]))}`;
  }

  /** Which of its cases a place has. */
  index(path: string): number {
    return this.#chosen.get(path) ?? 0;
  }

  /** What is said where a place of `OTHERS` is as it was chosen. */
  said(path: keyof typeof OTHERS): unknown {
    return OTHERS[path]?.[this.index(path)]?.[1];
  }

  /** Whether the service that has profiles is wanted. */
  get isSpecialOn(): boolean {
    const own = OTHERS['special.profiles']?.[this.index('special.profiles')]?.[0];
    const active = String(this.#other('active.profiles')).split(',');
    return !Array.isArray(own) || own.some((profile) => active.includes(String(profile)));
  }

  #other(path: keyof typeof OTHERS): unknown {
    return OTHERS[path]?.[this.index(path)]?.[0];
  }

  expand<T>(path: string, value: T): T {
    if (value === undefined) return value;
    const [owner = '', key = ''] = path.split('.');
    const tokens: Record<string, string | undefined> = {
      ...this.#tokens,
      ...{ KEY: key, SERVICE: owner },
      // Services cannot have one address or port: theirs differ in the last digit.
      HOST: { b: '8', m: '9' }[owner] ?? '7',
    };
    const text = JSON.stringify(value).replace(/%([A-Z0-9]+)%/g, (whole, name: string) =>
      name.startsWith('PORT')
        ? (tokens[`PORT${String(Number(name.slice(4)) - 1 + (owner === 'b' ? 3 : 0))}`] ?? whole)
        : (tokens[name] ?? whole),
    );
    return JSON.parse(text) as T;
  }

  #written(path: string, cases: readonly Case[]): unknown {
    return this.expand(path, cases[this.index(path)]?.[0]);
  }

  #service(service: string): Readonly<Record<string, unknown>> {
    const keys = Object.fromEntries(
      keysOf(service).map(({ name, cases }) => [name, this.#written(`${service}.${name}`, cases)]),
    );
    return service === 'm' ? keys : { ...this.#plain(), ...keys };
  }

  #plain(): Readonly<Record<string, unknown>> {
    return { image: this.#tokens['IMAGE'], pull_policy: 'never' };
  }

  #counted(token: string): Readonly<Record<string, unknown>> {
    const quick = { init: true, stop_grace_period: '0s', command: 'sleep infinity' };
    return { ...this.#plain(), ...quick, environment: { OWN_TEXT: this.#tokens[token] } };
  }

  write(): void {
    const { stack } = this;
    const services = this.services.map((service) => [service, this.#service(service)]);
    const networks = Object.entries(NETWORKS).map(([key, cases]) => [
      key,
      this.#written(`networks.${key}`, cases),
    ]);
    const volumes = VOLUMES.map((key) => [key, this.#written(`volumes.${key}`, VOLUME_CASES)]);
    const isIncluded = this.#other('included.there') === true;
    const hasModule = this.services.includes('m');
    const document = {
      ...(isIncluded && { include: ['more.yaml'] }),
      services: {
        ...Object.fromEntries(services),
        many: { ...this.#counted('MANY'), ...(this.#other('many.size') as object) },
        special: { ...this.#counted('SPECIAL'), profiles: this.#other('special.profiles') },
      } as unknown,
      networks: {
        ...Object.fromEntries(networks),
        outside: { external: true, name: outsideNetwork(stack) },
      } as unknown,
      volumes: {
        ...Object.fromEntries(volumes),
        outer: { external: true, name: outerVolume(stack) },
      } as unknown,
      configs: {
        note: { content: this.#tokens['NOTE'] },
        listed: { file: './listed.txt' },
        given: { environment: 'OWN_GIVEN' },
      },
      secrets: { word: { file: './word.txt' }, given: { environment: 'OWN_GIVEN' } },
    };
    const text = JSON.stringify(document, null, 2);
    this.#put(hasModule ? 'compose/base.yaml' : 'compose.yaml', text);
    for (const [token, [path, before, after = '']] of Object.entries(FILES)) {
      const image = this.#tokens['IMAGE'] ?? '';
      const value = `${before.replace('IMAGE', image)}${this.#tokens[token] ?? ''}`;
      this.#put(path, `${value}${after}\n`);
    }
    this.#put(
      '.env',
      `${hasModule ? '' : `COMPOSE_PROJECT_NAME=${stack.name}\n`}COMPOSE_PROFILES=${String(this.#other('active.profiles'))}\nOWN_GIVEN=${this.#tokens['GIVEN'] ?? ''}\n`,
    );
  }

  #put(path: string, text: string): void {
    writeFileSync(join(this.stack.folder, path), text);
  }
}
