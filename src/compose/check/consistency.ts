import { dependenciesOf, dependencyCycle } from '../order.ts';
import { isEnabled } from '../profiles.ts';
import type { Problems } from '../problems.ts';
import { child, isNull, stringOf } from '../tree.ts';
import type { MapNode, Node } from '../tree.ts';

/** Checks that the parts of a merged document fit together: references, exclusions, cycles. */
export function checkConsistency(
  root: MapNode,
  profiles: readonly string[],
  problems: Problems,
): void {
  const services = child(root, 'services');
  if (services?.kind === 'map') {
    const check = new ServiceCheck(root, services, profiles, problems);
    for (const [name, entry] of services.entries) {
      if (isEnabled(entry.value, profiles)) check.service(name, entry.value);
    }
    const cycle = dependencyCycle(services, (name) => {
      const service = services.entries.get(name)?.value;
      return service !== undefined && isEnabled(service, profiles);
    });
    if (cycle !== undefined) {
      const [first = '', second = ''] = cycle;
      const depends = child(child(services, first), 'depends_on');
      const at = depends?.kind === 'map' ? depends.entries.get(second)?.key : undefined;
      problems.add('Services depend on one another in a circle', at ?? child(services, first)?.at, {
        why: `${cycle.join(' → ')}.`,
      });
    }
  }
  const secrets = child(root, 'secrets');
  for (const [name, { value }] of secrets?.kind === 'map' ? secrets.entries : []) {
    if (isTrue(child(value, 'external'))) continue;
    if (!hasText(value, 'file') && !hasText(value, 'environment')) {
      problems.add(`secrets.${name} needs a file or an environment variable`, value.at);
    }
  }
}

function isTrue(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && /^true$/i.test(String(node.value));
}

function hasText(node: Node, key: string): boolean {
  return (stringOf(child(node, key)) ?? '') !== '';
}

function numeric(node: Node | undefined): number | undefined {
  if (node?.kind !== 'scalar' || node.type === 'null') return undefined;
  return Number(node.value);
}

class ServiceCheck {
  readonly #root: MapNode;
  readonly #services: MapNode;
  readonly #profiles: readonly string[];
  readonly #problems: Problems;

  constructor(root: MapNode, services: MapNode, profiles: readonly string[], problems: Problems) {
    this.#root = root;
    this.#services = services;
    this.#profiles = profiles;
    this.#problems = problems;
  }

  service(name: string, service: Node): void {
    const build = child(service, 'build');
    if (!hasText(service, 'image') && (build === undefined || isNull(build))) {
      this.#problems.add(`services.${name} has neither an image nor a build`, service.at, {
        cure: 'Give it image: or build:.',
      });
    }
    if (build?.kind === 'map') this.#build(name, service, build);
    this.#networks(name, service);
    this.#healthcheck(name, service);
    this.#dependencies(name, service);
    this.#references(name, service, build);
    this.#amounts(name, service);
    this.#watch(name, service);
  }

  #build(name: string, service: Node, build: MapNode): void {
    if (hasText(build, 'dockerfile') && hasText(build, 'dockerfile_inline')) {
      this.#problems.add(
        `services.${name}.build has both dockerfile and dockerfile_inline`,
        build.at,
      );
    }
    const contexts = child(build, 'additional_contexts');
    for (const { value } of contexts?.kind === 'map' ? contexts.entries.values() : []) {
      const context = stringOf(value);
      if (context?.startsWith('service:') !== true) continue;
      const target = context.slice('service:'.length);
      const other = this.#services.entries.get(target)?.value;
      if (other === undefined || !isEnabled(other, this.#profiles)) {
        this.#problems.add(`There is no service "${target}" to build with`, value.at);
      } else if (child(other, 'build') === undefined) {
        this.#problems.add(`The service "${target}" is not built`, value.at);
      }
    }
    const platforms = child(build, 'platforms');
    const platform = child(service, 'platform');
    const wanted = stringOf(platform) ?? '';
    if (platforms?.kind === 'list' && platforms.items.length > 0 && wanted !== '') {
      if (!platforms.items.some((item) => stringOf(item) === wanted)) {
        this.#problems.add(`build.platforms does not hold the platform ${wanted}`, platforms.at);
      }
    }
  }

  #networks(name: string, service: Node): void {
    const networks = child(service, 'networks');
    const mode = child(service, 'network_mode');
    const names = networks?.kind === 'map' ? [...networks.entries] : [];
    if (hasText(service, 'network_mode') && names.length > 0) {
      this.#problems.add(`services.${name} has both network_mode and networks`, mode?.at);
    }
    for (const [network, entry] of names) {
      if (network === 'default') continue;
      this.#refer(name, 'networks', 'network', network, entry.key);
    }
    const shared = stringOf(mode);
    if (shared?.startsWith('service:') === true) {
      const target = shared.slice('service:'.length);
      if (!this.#isThere(target)) {
        this.#problems.add(`There is no service "${target}" to share the network of`, mode?.at);
      }
    }
  }

  #isThere(name: string): boolean {
    const service = this.#services.entries.get(name)?.value;
    return service !== undefined && isEnabled(service, this.#profiles);
  }

  #refer(service: string, section: string, kind: string, name: string, at: Node['at']): void {
    const declared = child(this.#root, section);
    if (declared?.kind === 'map' && declared.entries.has(name)) return;
    const known = declared?.kind === 'map' ? [...declared.entries.keys()].join(', ') : '';
    this.#problems.add(
      `services.${service} uses the ${kind} "${name}", which is not declared`,
      at,
      {
        cure: `Declare it under ${section}:${known === '' ? '.' : `, or use one of: ${known}.`}`,
      },
    );
  }

  #healthcheck(name: string, service: Node): void {
    const test = child(child(service, 'healthcheck'), 'test');
    if (test?.kind !== 'list' || test.items.length === 0) return;
    const first = stringOf(test.items[0]);
    if (first === 'CMD' || first === 'CMD-SHELL' || first === 'NONE') return;
    this.#problems.add(
      `services.${name}.healthcheck.test must start with CMD, CMD-SHELL or NONE`,
      test.at,
      { cure: 'Put CMD first, or write the test as one text.' },
    );
  }

  #dependencies(name: string, service: Node): void {
    const depends = child(service, 'depends_on');
    for (const other of dependenciesOf(service)) {
      if (depends?.kind === 'map' && depends.entries.has(other)) continue;
      if (this.#isThere(other)) continue;
      this.#problems.add(
        `services.${name} needs the service "${other}", which is not there`,
        service.at,
        {
          why: 'It shares its network, a namespace or volumes, or links to it.',
        },
      );
    }
    for (const [other, entry] of depends?.kind === 'map' ? depends.entries : []) {
      const target = this.#services.entries.get(other)?.value;
      if (target !== undefined && isEnabled(target, this.#profiles)) continue;
      const required = child(entry.value, 'required');
      const optional = required?.kind === 'scalar' && required.value === false;
      if (target !== undefined && optional) continue;
      const why =
        target === undefined
          ? undefined
          : `"${other}" is only there with a profile: ${profileList(target)}.`;
      this.#problems.add(`services.${name} depends on "${other}", which is not there`, entry.key, {
        ...(why !== undefined && { why }),
        cure: target === undefined ? 'Add the service, or remove it here.' : 'Turn the profile on.',
      });
    }
  }

  #references(name: string, service: Node, build: Node | undefined): void {
    const volumes = child(service, 'volumes');
    for (const volume of volumes?.kind === 'list' ? volumes.items : []) {
      const source = child(volume, 'source');
      const text = stringOf(source) ?? '';
      if (stringOf(child(volume, 'type')) !== 'volume' || text === '') continue;
      this.#refer(name, 'volumes', 'volume', text, source?.at ?? volume.at);
    }
    for (const [node, section, kind] of [
      [child(build, 'secrets'), 'secrets', 'secret'],
      [child(service, 'configs'), 'configs', 'config'],
      [child(service, 'secrets'), 'secrets', 'secret'],
    ] as const) {
      for (const item of node?.kind === 'list' ? node.items : []) {
        const source = child(item, 'source');
        this.#refer(name, section, kind, stringOf(source) ?? '', source?.at ?? item.at);
      }
    }
  }

  #amounts(name: string, service: Node): void {
    const deploy = child(service, 'deploy');
    const scale = numeric(child(service, 'scale'));
    const replicas = numeric(child(deploy, 'replicas'));
    if (scale !== undefined && replicas !== undefined && scale !== replicas) {
      this.#problems.add(
        `services.${name}: scale and deploy.replicas differ`,
        child(service, 'scale')?.at,
      );
    }
    if ((scale ?? replicas ?? 1) > 1 && hasText(service, 'container_name')) {
      this.#problems.add(
        `services.${name} has one container name for several containers`,
        child(service, 'container_name')?.at,
        { cure: 'Remove container_name, or run one container.' },
      );
    }
    this.#limit(name, service, 'cpus', 'limits', 'cpus', Math.fround);
    this.#limit(name, service, 'mem_limit', 'limits', 'memory');
    this.#limit(name, service, 'mem_reservation', 'reservations', 'memory');
    this.#limit(name, service, 'pids_limit', 'limits', 'pids');
  }

  /** An amount that is given in two places must be the same in both. */
  #limit(
    name: string,
    service: Node,
    key: string,
    group: string,
    other: string,
    round: (value: number) => number = (value) => value,
  ): void {
    const node = child(service, key);
    const limits = child(child(child(service, 'deploy'), 'resources'), group);
    if (node === undefined || limits?.kind !== 'map') return;
    const own = round(amount(node));
    const set = child(limits, other);
    if (own === 0 || own === round(set === undefined ? 0 : amount(set))) return;
    this.#problems.add(
      `services.${name}: ${key} and deploy.resources.${group}.${other} differ`,
      node.at,
    );
  }

  #watch(name: string, service: Node): void {
    const watch = child(child(service, 'develop'), 'watch');
    for (const item of watch?.kind === 'list' ? watch.items : []) {
      const action = stringOf(child(item, 'action'));
      if (hasText(item, 'target') || action === 'rebuild' || action === 'restart') continue;
      this.#problems.add(
        `services.${name}.develop.watch needs a target for ${action ?? ''}`,
        item.at,
      );
    }
  }
}

function profileList(service: Node): string {
  const node = child(service, 'profiles');
  return node?.kind === 'list' ? node.items.map((item) => stringOf(item) ?? '').join(', ') : '';
}

const UNITS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4, p: 5 };

/** A number, or an amount with a unit of 1024. */
function amount(node: Node): number {
  if (node.kind !== 'scalar') return 0;
  if (node.type === 'float') return Number(node.value);
  const match = /^(\d+(?:\.\d+)*) ?([kmgtp])?i?b?$/i.exec(String(node.value));
  if (match === null) return Number(node.value);
  return (
    Math.trunc(Number(match[1]) * 1024 ** (UNITS[(match[2] ?? '').toLowerCase()] ?? 0) * 1e6) / 1e6
  );
}
