import { questionsTo } from '../ports/docker-command.ts';
import { anchorFiles } from '../util/system-anchors.ts';
import type { Endpoint, MachineFacts } from './facts.ts';
import { isClient } from './remedy.ts';
import { readEngines, readPidFiles } from './read-engines.ts';
import { PROXY_VARIABLES } from '../util/proxy-variables.ts';
import {
  type GatherWorld,
  textAt,
  searchPaths,
  findProgram,
  parseRelease,
  findPrivilege,
  aptFacts,
  memoryAvailable,
  inotify,
} from './gather-system.ts';
import {
  introduction,
  askEngineFacts,
  findEndpoint,
  howEngineAnswers,
  groupMembership,
  cgroup,
} from './gather-engine.ts';

const ENGINE_DATA = '/var/lib/docker';
const CERTIFICATE_VARIABLES = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'GIT_SSL_CAINFO',
];
const NETWORK_VARIABLES = [...PROXY_VARIABLES, 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

/** Looks at the machine. Changes nothing, asks nothing, needs no rights. Some 200 ms. */
export async function gatherFacts(world: GatherWorld): Promise<MachineFacts> {
  const { host, processes } = world;
  const endpoint = findEndpoint(world);
  const paths = searchPaths(world);
  const docker = findProgram(world, paths, 'docker');
  const dockerd = findProgram(world, paths, 'dockerd');
  const setfacl = findProgram(world, paths, 'setfacl');
  const clientSays = docker === undefined ? undefined : await introduction(docker, world);
  const client = clientSays !== undefined && isClient(clientSays) ? docker : undefined;
  const plugin = async (name: 'compose' | 'buildx'): Promise<string | undefined> => {
    if (client === undefined) return undefined;
    const { status, stdout } = await processes.run(questionsTo(client)[name]);
    return status === 0 ? stdout.trim() : undefined;
  };
  const [privilege, engine, compose, buildx, localhostNames, engineSays] = await Promise.all([
    findPrivilege(world),
    howEngineAnswers(world, endpoint),
    plugin('compose'),
    plugin('buildx'),
    lookUpLocalhost(world),
    client === undefined ? undefined : askEngineFacts(client, world),
  ]);
  const disk = await diskRoom(world, endpoint, engineSays?.dataFolder);
  return {
    platform: host.platform,
    release: parseRelease(textAt(world, '/etc/os-release')),
    user: host.user,
    privilege,
    node: { version: host.nodeVersion, libc: host.libc() },
    endpoint,
    engine,
    programs: {
      ...(docker !== undefined && { docker }),
      ...(dockerd !== undefined && { dockerd }),
      ...(setfacl !== undefined && { setfacl }),
    },
    compose,
    buildx,
    clientSays,
    group: groupMembership(world),
    // sd_booted(3): the one sure sign that systemd is the running init.
    systemd: world.files.isDirectory('/run/systemd/system'),
    pidFiles: readPidFiles(world),
    otherEngines: engine.answers ? [] : readEngines(world),
    cgroup: cgroup(world),
    apt: aptFacts(world, paths),
    disk,
    memoryAvailableBytes: memoryAvailable(world),
    inotify: inotify(world),
    certificates: [
      ...CERTIFICATE_VARIABLES.flatMap((variable) => {
        const path = host.environment[variable] ?? '';
        return path === '' ? [] : [{ variable, path, exists: world.files.exists(path) }];
      }),
      ...anchorFiles(world.files).map((path) => ({ variable: undefined, path, exists: true })),
    ],
    localhostNames,
    engineSays,
    networkVariables: NETWORK_VARIABLES.filter((name) => (host.environment[name] ?? '') !== ''),
  };
}

/** A name that nobody has written into a file. */
const LOCALHOST_NAME = 'dev-doctor.localhost';
const NO_SUCH_PROGRAM = 127;
const NO_SUCH_NAME = 2;

/** Asks as programs do, by the system's own resolver. */
async function lookUpLocalhost({
  processes,
}: GatherWorld): Promise<MachineFacts['localhostNames']> {
  const { status, stdout } = await processes.run(['getent', 'ahosts', LOCALHOST_NAME]);
  if (status === NO_SUCH_NAME) return 'unknown';
  const addresses = stdout.split('\n').flatMap((line) => line.split(/\s+/)[0] || []);
  if (status === NO_SUCH_PROGRAM || addresses.length === 0) return undefined;
  return addresses.every((one) => /^127\.|^::1$/.test(one)) ? 'loopback' : 'elsewhere';
}

/** Where an engine's data is in a virtual machine of its own, nobody here knows the room. */
async function diskRoom(
  { files, processes }: GatherWorld,
  endpoint: Endpoint,
  told = '',
): Promise<MachineFacts['disk']> {
  const data = told === '' ? ENGINE_DATA : told;
  if (endpoint.kind !== 'local' && (told === '' || !files.isDirectory(data))) return undefined;
  const path = files.isDirectory(data) ? data : '/';
  const { status, stdout } = await processes.run(['df', '-Pk', path]);
  const available = Number(stdout.trim().split('\n').at(-1)?.split(/\s+/)[3]);
  if (status !== 0 || Number.isNaN(available)) return undefined;
  return { path, freeBytes: available * 1024 };
}
