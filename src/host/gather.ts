import { questionsTo } from '../ports/docker-command.ts';
import { SOCKET } from '../ports/engine-choice.ts';
import { anchorFiles } from '../util/system-anchors.ts';
import type { World } from '../ports/world.ts';
import { type AptSource, parseAptSources } from './apt-sources.ts';
import type {
  AptFacts,
  Endpoint,
  EngineAnswer,
  GroupMembership,
  MachineFacts,
  Privilege,
  SystemRelease,
} from './facts.ts';
import { BORROWED_PINS, pinnedPackages } from './install.ts';
import { isClient } from './remedy.ts';
import { readEngines, readPidFiles } from './read-engines.ts';
import { PROXY_VARIABLES } from '../util/proxy-variables.ts';

export type GatherWorld = Pick<
  World,
  'host' | 'files' | 'processes' | 'clock' | 'engine' | 'engineChoice'
>;

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
    askEngine(world, endpoint),
    plugin('compose'),
    plugin('buildx'),
    lookUpLocalhost(world),
    client === undefined ? undefined : askEngineFacts(client, world),
  ]);
  const disk = await diskRoom(world, endpoint, engineSays?.dataFolder);
  return {
    platform: host.platform,
    release: parseRelease(readText(world, '/etc/os-release')),
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

/** It has to start and to print a line, on however busy a machine. */
const VERSION_MS = 20_000;

/** First line of `docker --version`; empty for a program that says nothing, or never ends. */
async function introduction(docker: string, { processes, clock }: GatherWorld): Promise<string> {
  const over = new AbortController();
  const asked = processes
    .run(questionsTo(docker).introduction, { signal: over.signal })
    .then(({ stdout, stderr }) => `${stdout}\n${stderr}`.trim().split('\n')[0] ?? '');
  // What it has started may hold its output open for ever: its end is not waited for.
  const late = clock.sleep(VERSION_MS, over.signal).then(
    () => '',
    () => '',
  );
  const says = await Promise.race([asked, late]);
  over.abort();
  return says;
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

/** Its clock, and whether it has a proxy: there may be a password in its address. */
async function askEngineFacts(
  docker: string,
  { processes, clock }: GatherWorld,
): Promise<MachineFacts['engineSays']> {
  const askedMs = clock.now();
  const { status, stdout } = await processes.run(questionsTo(docker).engineFacts);
  const answeredMs = clock.now();
  const [time = '', proxied, ...data] = stdout.trim().split(' ');
  if (status !== 0 || time === '') return undefined;
  const theirsMs = Date.parse(time);
  // It read its clock at some moment between.
  const early = Math.min(0, theirsMs - askedMs);
  const late = Math.max(0, theirsMs - answeredMs);
  const clockOffsetMs = Number.isNaN(theirsMs) ? undefined : early + late;
  return { clockOffsetMs, proxied: proxied === 'proxy', dataFolder: data.join(' ') };
}

/** Facts come from files that may be missing or unreadable: then there is nothing to tell. */
function readText({ files }: Pick<World, 'files'>, path: string): string {
  const text = files.read(path);
  return text.ok ? (text.value ?? '') : '';
}

/** Administrators' programs are looked for even where the account's PATH lacks their folders. */
/** Where programs are looked for, those for administrators too. */
export function searchPaths({
  host,
}: {
  readonly host: Pick<World['host'], 'environment'>;
}): readonly string[] {
  const own = (host.environment['PATH'] ?? '').split(':').filter((path) => path.startsWith('/'));
  return [...new Set([...own, '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'])];
}

/** Absolute; undefined when no folder has it. */
export function findProgram(
  { files }: Pick<World, 'files'>,
  paths: readonly string[],
  name: string,
): string | undefined {
  return paths
    .map((path) => `${path}/${name}`)
    .find((path) => ((files.mode(path) ?? 0) & 0o111) !== 0 && !files.isDirectory(path));
}

/** Reads os-release(5). */
export function parseRelease(text: string): SystemRelease | undefined {
  const field = (name: string): string =>
    new RegExp(`^${name}=["']?(.*?)["']?$`, 'm').exec(text)?.[1] ?? '';
  const id = field('ID');
  if (id === '') return undefined;
  return {
    id,
    version: field('VERSION_ID'),
    codename: field('VERSION_CODENAME'),
    name: field('PRETTY_NAME') || id,
  };
}

/** What may do things as root on this machine; nothing is asked. */
export async function findPrivilege({
  host,
  processes,
}: Pick<World, 'host' | 'processes'>): Promise<Privilege> {
  if (host.uid === 0) return 'root';
  const { status, stderr } = await processes.run(['sudo', '-n', 'true']);
  if (status === 0) return 'sudo';
  return status !== 127 && /password is required|a password/.test(stderr)
    ? 'sudo-password'
    : 'none';
}

function findEndpoint(world: GatherWorld): Endpoint {
  const choice = world.engineChoice();
  if (!choice.ok) return { kind: 'unknown', failure: choice.failure };
  const { address, at, chosenBy, context } = choice.value;
  const own = at.kind === 'socket' && [SOCKET, '/run/docker.sock'].includes(at.path);
  if (own) return { kind: 'local', socket: SOCKET };
  const by = chosenBy ?? 'docker';
  const name = context === 'default' ? by : `the Docker context ${context} (by ${by})`;
  return { kind: 'elsewhere', address, chosenBy: name };
}

async function askEngine(world: GatherWorld, endpoint: Endpoint): Promise<EngineAnswer> {
  const engine = await world.engine();
  const answer = await engine.version();
  if (answer.ok) return { answers: true, ...answer.value };
  const said = answer.failure.why ?? answer.failure.what;
  const choice = world.engineChoice();
  // Who points there is told with it.
  const pointing = choice.ok
    ? `${choice.value.chosenBy ?? ''} points to ${choice.value.address}: `
    : '';
  const why = said.startsWith(pointing) ? said.slice(pointing.length) : said;
  const mayWrite =
    endpoint.kind !== 'local' ||
    world.host.uid === 0 ||
    !world.files.exists(endpoint.socket) ||
    (await world.processes.run(['test', '-w', endpoint.socket])).status === 0;
  return { answers: false, problem: mayWrite ? 'silent' : 'denied', why };
}

function groupMembership(world: GatherWorld): GroupMembership {
  const line = /^docker:[^:]*:(\d+):(.*)$/m.exec(readText(world, '/etc/group'));
  if (line === null) return 'no-group';
  const [, id = '', members = ''] = line;
  const own = /^Groups:\s*(.*)$/m.exec(readText(world, '/proc/self/status'))?.[1] ?? '';
  if (own.split(/\s+/).includes(id)) return 'active';
  return members.split(',').includes(world.host.user) ? 'after-login' : 'no';
}

function cgroup({ files }: GatherWorld): MachineFacts['cgroup'] {
  if (files.exists('/sys/fs/cgroup/cgroup.controllers')) return 'v2';
  return files.isDirectory('/sys/fs/cgroup/memory') ? 'v1' : 'none';
}

function aptFacts(world: GatherWorld, paths: readonly string[]): AptFacts | undefined {
  if (findProgram(world, paths, 'apt-get') === undefined) return undefined;
  const { files } = world;
  const parts = '/etc/apt/sources.list.d';
  const sourceFiles = [
    '/etc/apt/sources.list',
    ...files.list(parts).map((name) => `${parts}/${name}`),
  ].filter((path) => /\.(list|sources)$/.test(path));
  const status = readText(world, '/var/lib/dpkg/status');
  return {
    sources: sourceFiles.flatMap((path): AptSource[] =>
      parseAptSources(path, readText(world, path)),
    ),
    // dpkg's journal of a run that did not end, and packages left between unpacked and installed.
    interrupted:
      files.list('/var/lib/dpkg/updates').some((name) => /^\d+$/.test(name)) ||
      /^Status: \S+ \S+ (unpacked|half-configured|half-installed|triggers-\w+)$/m.test(status),
    installed: installedPackages(status),
    pinned: pinnedPackages(readText(world, BORROWED_PINS)),
  };
}

/** Names of the installed packages of dpkg's status file. */
function installedPackages(status: string): ReadonlySet<string> {
  const names = status
    .split('\n\n')
    .filter((stanza) => /^Status: \S+ \S+ installed$/m.test(stanza))
    .map((stanza) => /^Package: (\S+)$/m.exec(stanza)?.[1] ?? '');
  return new Set(names);
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

function memoryAvailable(world: GatherWorld): number | undefined {
  const kilobytes = /^MemAvailable:\s*(\d+) kB$/m.exec(readText(world, '/proc/meminfo'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function inotify(world: GatherWorld): MachineFacts['inotify'] {
  const limit = (name: string): number =>
    Number.parseInt(readText(world, `/proc/sys/fs/inotify/${name}`), 10);
  const watches = limit('max_user_watches');
  const instances = limit('max_user_instances');
  return Number.isNaN(watches) || Number.isNaN(instances) ? undefined : { watches, instances };
}
