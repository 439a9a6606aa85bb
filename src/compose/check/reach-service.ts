import { isAddress } from '../address.ts';
import { child, itemsOf, shownScalar, stringOf } from '../tree.ts';
import type { Node } from '../tree.ts';
import { buildReach, pairsOf } from './reach-build.ts';
import { imageNamesReach, networkModeReach } from './reach-names.ts';
import {
  reachedPath,
  outside,
  type FoundPath,
  type ReachKind,
  type ReachWorld,
} from './reach-world.ts';

/** Capabilities that the engine gives every container: to add one of them adds nothing. */
const DEFAULT_CAPABILITIES = new Set(
  `AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID
   SETPCAP SETUID SYS_CHROOT`.split(/\s+/),
);

const HARDENING = new Set([
  'no-new-privileges',
  'no-new-privileges:true',
  'no-new-privileges=true',
]);
const ENGINE_SOCKET = /(?:^|\/)(?:docker|podman|containerd|crio|buildkitd)\.sock$/;
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/;
const OWN_LOG_DRIVERS = ['json-file', 'local', 'none', ''];

/** What one service reaches of the host. */
export function serviceReach(name: string, service: Node, world: ReachWorld): readonly FoundPath[] {
  const where = `services.${name}`;
  return [
    ...volumesReach(where, service, world),
    ...rightsReach(where, service),
    ...namespaceReach(where, service),
    ...networkModeReach(where, service, world),
    ...imageNamesReach(where, service, world),
    ...deviceReach(where, service),
    ...portsReach(where, service, world),
    ...filesReach(where, service, world),
    ...othersReach(where, service),
    ...watchReach(where, service, world),
    ...buildReach(`${where}.build`, child(service, 'build'), world),
  ];
}

const isOn = (node: Node | undefined): boolean => /^true$/i.test(shownScalar(node) ?? '');

function volumesReach(where: string, service: Node, world: ReachWorld): readonly FoundPath[] {
  return itemsOf(child(service, 'volumes')).flatMap((mount): readonly FoundPath[] => {
    const type = stringOf(child(mount, 'type'));
    const source = child(mount, 'source');
    const path = stringOf(source);
    if ((type !== 'bind' && type !== 'npipe') || source === undefined || path === undefined) {
      return [];
    }
    const readOnly = isOn(child(mount, 'read_only'));
    if (type === 'bind' && !outside(path, world, readOnly ? 'read' : 'write')) return [];
    const real = reachedPath(path, world);
    const kind: ReachKind = ENGINE_SOCKET.test(real) ? 'engine' : 'path';
    const target = stringOf(child(mount, 'target')) ?? '';
    const what = `${real} at ${target}, ${readOnly ? 'read-only' : 'writable'}`;
    return [{ kind, where: `${where}.volumes`, what, at: source.at }];
  });
}

function rightsReach(where: string, service: Node): readonly FoundPath[] {
  const found: FoundPath[] = [];
  const add = (key: string, what: string, node: Node): void => {
    found.push({ kind: 'rights', where: `${where}.${key}`, what, at: node.at });
  };
  const privileged = child(service, 'privileged');
  if (privileged !== undefined && isOn(privileged))
    add('privileged', 'all rights of root', privileged);
  for (const node of itemsOf(child(service, 'cap_add'))) {
    const capability = (stringOf(node) ?? '').toUpperCase().replace(/^CAP_/, '');
    if (!DEFAULT_CAPABILITIES.has(capability)) add('cap_add', `capability ${capability}`, node);
  }
  for (const node of itemsOf(child(service, 'security_opt'))) {
    const option = stringOf(node) ?? '';
    if (!HARDENING.has(option)) add('security_opt', option, node);
  }
  for (const key of ['post_start', 'pre_stop']) {
    for (const hook of itemsOf(child(service, key))) {
      const node = child(hook, 'privileged');
      if (node !== undefined && isOn(node)) add(key, 'all rights of root', node);
    }
  }
  // Runtimes take orders by them.
  for (const { text, node } of pairsOf(child(service, 'annotations'))) {
    add('annotations', text, node);
  }
  for (const key of ['cgroup_parent', 'runtime']) {
    const node = child(service, key);
    const value = stringOf(node) ?? '';
    if (node !== undefined && value !== '') add(key, value, node);
  }
  return found;
}

/** Namespaces that are the host's, or those of a container that is not the project's. */
function namespaceReach(where: string, service: Node): readonly FoundPath[] {
  const keys = ['network_mode', 'pid', 'ipc', 'uts', 'userns_mode', 'cgroup'] as const;
  return keys.flatMap((key): readonly FoundPath[] => {
    const node = child(service, key);
    const value = stringOf(node) ?? '';
    if (node === undefined) return [];
    const at = { where: `${where}.${key}`, at: node.at };
    if (value.startsWith('container:')) {
      return [{ kind: 'foreign', what: `that of ${value.slice('container:'.length)}`, ...at }];
    }
    if (value !== 'host') return [];
    return [{ kind: key === 'network_mode' ? 'network' : 'rights', what: "the host's", ...at }];
  });
}

function deviceReach(where: string, service: Node): readonly FoundPath[] {
  const devices = itemsOf(child(service, 'devices')).map((node): FoundPath => {
    const source = stringOf(child(node, 'source')) ?? stringOf(node) ?? '';
    const rights = stringOf(child(node, 'permissions')) ?? 'rwm';
    return {
      kind: 'device',
      where: `${where}.devices`,
      what: `${source} (${rights})`,
      at: node.at,
    };
  });
  const rules = itemsOf(child(service, 'device_cgroup_rules')).map((node): FoundPath => {
    const what = stringOf(node) ?? '';
    return { kind: 'device', where: `${where}.device_cgroup_rules`, what, at: node.at };
  });
  const resources = child(child(service, 'deploy'), 'resources');
  const requested = [child(service, 'gpus'), child(child(resources, 'reservations'), 'devices')];
  const requests = requested
    .filter((node) => node !== undefined)
    .filter((node) => node.kind !== 'list' || node.items.length > 0)
    .map((node): FoundPath => {
      const at = node.kind === 'list' ? (node.items[0]?.at ?? node.at) : node.at;
      return { kind: 'device', where: `${where}.gpus`, what: 'devices of the host (GPUs)', at };
    });
  return [...devices, ...rules, ...requests];
}

function portsReach(where: string, service: Node, world: ReachWorld): readonly FoundPath[] {
  return itemsOf(child(service, 'ports')).flatMap((port): readonly FoundPath[] => {
    const address = child(port, 'host_ip');
    const text = stringOf(address);
    const isOpen = text === undefined ? world.opensPorts : !LOOPBACK.test(text);
    if (!isOpen) return [];
    const shown = text !== undefined && isAddress(text) && text !== '' ? text : 'every address';
    const target = shownScalar(child(port, 'target')) ?? '';
    const published = shownScalar(child(port, 'published')) ?? 'any port';
    const what = `${target} published at ${published} on ${shown}, where other machines see it`;
    return [{ kind: 'network', where: `${where}.ports`, what, at: (address ?? port).at }];
  });
}

/** Files of the host that are read into the service's variables and labels. */
function filesReach(where: string, service: Node, world: ReachWorld): readonly FoundPath[] {
  return (['env_file', 'label_file'] as const).flatMap((key) => {
    const node = child(service, key);
    const items = node?.kind === 'list' ? node.items : node === undefined ? [] : [node];
    return items.flatMap((item): readonly FoundPath[] => {
      const source = child(item, 'path') ?? item;
      const path = stringOf(source);
      if (path === undefined || !outside(path, world)) return [];
      const what = `reads ${reachedPath(path, world)}`;
      return [{ kind: 'path', where: `${where}.${key}`, what, at: source.at }];
    });
  });
}

/** Files of the host that a watch copies into the container whenever they change. */
function watchReach(where: string, service: Node, world: ReachWorld): readonly FoundPath[] {
  return itemsOf(child(child(service, 'develop'), 'watch')).flatMap(
    (rule): readonly FoundPath[] => {
      const source = child(rule, 'path');
      const path = stringOf(source);
      if (source === undefined || path === undefined || !outside(path, world)) return [];
      const what = `reads ${reachedPath(path, world)}`;
      return [{ kind: 'path', where: `${where}.develop.watch`, what, at: source.at }];
    },
  );
}

/** Containers that are not the project's, and programs and sockets of the host. */
function othersReach(where: string, service: Node): readonly FoundPath[] {
  const found: FoundPath[] = [];
  for (const node of itemsOf(child(service, 'volumes_from'))) {
    const name = /^container:([^:]+)/.exec(stringOf(node) ?? '')?.[1];
    if (name === undefined) continue;
    const what = `the data of the container ${name}`;
    found.push({ kind: 'foreign', where: `${where}.volumes_from`, what, at: node.at });
  }
  for (const node of itemsOf(child(service, 'external_links'))) {
    const what = `the container ${stringOf(node) ?? ''}`;
    found.push({ kind: 'foreign', where: `${where}.external_links`, what, at: node.at });
  }
  const socket = child(service, 'use_api_socket');
  if (socket !== undefined && isOn(socket)) {
    const what = "the engine's socket and your registry credentials";
    found.push({ kind: 'engine', where: `${where}.use_api_socket`, what, at: socket.at });
  }
  const provider = child(child(service, 'provider'), 'type');
  if (provider !== undefined) {
    const what = `runs ${stringOf(provider) ?? ''} on this machine`;
    found.push({ kind: 'program', where: `${where}.provider`, what, at: provider.at });
  }
  const credential = child(child(service, 'credential_spec'), 'file');
  if (credential !== undefined) {
    const what = `reads ${stringOf(credential) ?? ''} of the engine's machine`;
    const at = { where: `${where}.credential_spec`, at: credential.at };
    found.push({ kind: 'path', what, ...at });
  }
  const driver = child(child(service, 'logging'), 'driver');
  if (driver !== undefined && !OWN_LOG_DRIVERS.includes(stringOf(driver) ?? '')) {
    const what = `the engine sends its logs to ${stringOf(driver) ?? ''}`;
    found.push({ kind: 'foreign', where: `${where}.logging`, what, at: driver.at });
  }
  return found;
}
