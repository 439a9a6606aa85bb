import { diagnoseEngine } from './diagnose-engine.ts';
import { compareProductVersions, type MachineFacts } from './facts.ts';
import { INSTALL_PAGE, fine, type Finding } from './finding.ts';
import { isClient, missingParts } from './remedy.ts';
import { diagnoseNetwork } from './diagnose-network.ts';
import { findRecipe, OLDEST_COMPOSE } from './recipes.ts';

const OLDEST_NODE = '20.19';
const GIB = 1024 ** 3;
const SCARCE_DISK_BYTES = 5 * GIB;
const SCARCE_MEMORY_BYTES = 1 * GIB;
/** Below these a watcher over a few thousand folders runs out. */
const FEW_WATCHES = 16_384;
const FEW_INSTANCES = 64;

/** Judges the machine: what is in order, what may hurt, what must be mended. Pure. */
export function diagnose(facts: MachineFacts): readonly Finding[] {
  return [
    node(facts),
    diagnoseEngine(facts),
    ...parts(facts),
    ...cgroup(facts),
    ...disk(facts),
    ...memory(facts),
    ...inotify(facts),
    ...certificates(facts),
    ...diagnoseNetwork(facts),
  ];
}

function node({ node: { version, libc } }: MachineFacts): Finding {
  if (compareProductVersions(version, OLDEST_NODE) < 0) {
    return {
      id: 'node',
      level: 'problem',
      what: `Node ${version} is too old; ${OLDEST_NODE} or newer is needed`,
      cure: 'https://nodejs.org/en/download',
      fixable: false,
    };
  }
  if (libc === 'musl') {
    return {
      id: 'node',
      level: 'warning',
      what: `Node ${version}, on musl instead of glibc`,
      why: 'the terminal library has no build for musl',
      cure: 'All works but the dashboard’s panes with programs of this machine; dev shell is as good',
      fixable: false,
    };
  }
  return fine('node', `Node ${version}`);
}

/** Another program by the name of Docker's, or a broken one: no package mends that. */
function strangeClient({ programs, clientSays }: MachineFacts): Finding | undefined {
  if (programs.docker === undefined || clientSays === undefined || isClient(clientSays))
    return undefined;
  const said = clientSays === '' ? 'nothing' : `“${clientSays.slice(0, 60)}”`;
  return {
    id: 'client',
    level: 'problem',
    what: `${programs.docker} is not Docker’s client`,
    why: `it says ${said} to docker --version`,
    cure: 'Take it away, or put the folder of Docker’s own before it in PATH',
    fixable: false,
  };
}

function parts(facts: MachineFacts): Finding[] {
  const strange = strangeClient(facts);
  if (strange !== undefined) return [strange];
  const missing = missingParts(facts);
  const recipe = findRecipe(facts.release, facts.apt?.installed ?? new Set());
  const fixable =
    recipe !== undefined && facts.privilege !== 'none' && facts.endpoint.kind === 'local';
  const judge = (
    part: 'client' | 'compose' | 'buildx',
    found: string,
    name: string,
    wanted = '',
  ): Finding =>
    missing.includes(part)
      ? {
          id: part,
          level: 'problem',
          what: `${name} is not installed${wanted}`,
          cure: fixable ? 'dev doctor --fix' : INSTALL_PAGE,
          fixable,
        }
      : fine(part, found);
  const compose = facts.compose === undefined ? '' : `, only ${facts.compose}`;
  return [
    judge('client', `docker client ${facts.programs.docker ?? ''}`, 'the docker client'),
    judge(
      'compose',
      `Compose ${facts.compose ?? ''}`,
      `the Compose plugin ${OLDEST_COMPOSE} or newer`,
      compose,
    ),
    judge('buildx', `buildx ${buildxVersion(facts.buildx ?? '')}`, 'the buildx plugin'),
  ];
}

/** `github.com/docker/buildx 0.13.1+ds1-3 0.13.1+ds1-3` → `0.13.1+ds1-3` */
function buildxVersion(answer: string): string {
  return answer.split(' ')[1] ?? answer;
}

function cgroup(facts: MachineFacts): Finding[] {
  const { platform, cgroup: version, endpoint, engine: answer } = facts;
  const fixable = facts.privilege !== 'none';
  if (answer.answers && answer.isRootless && version !== 'v2') {
    return [
      {
        id: 'cgroup',
        level: 'warning',
        what: 'limits of memory and processors are not kept',
        why: 'a rootless engine has control groups of version 2 only, and this machine has others',
        cure: 'Boot with systemd.unified_cgroup_hierarchy=1, or leave out deploy.resources.limits',
        fixable: false,
      },
    ];
  }
  if (platform !== 'linux' || endpoint.kind !== 'local') return [];
  if (version !== 'none' || answer.answers) {
    return [fine('cgroup', `control groups ${version === 'none' ? '' : version}`.trim())];
  }
  return [
    {
      id: 'cgroup',
      level: 'warning',
      what: 'no control groups are mounted in /sys/fs/cgroup',
      why: 'the engine limits and kills containers with them',
      cure: fixable
        ? 'dev doctor --fix mounts them (package cgroupfs-mount)'
        : 'Ask an administrator to mount them (package cgroupfs-mount)',
      fixable,
    },
  ];
}

function disk({ disk: room }: MachineFacts): Finding[] {
  if (room === undefined) return [];
  const what = `${gib(room.freeBytes)} free for images and volumes (${room.path})`;
  if (room.freeBytes >= SCARCE_DISK_BYTES) return [fine('disk', what)];
  return [
    {
      id: 'disk',
      level: 'warning',
      what: `only ${what}`,
      why: `a stack with its images wants about ${gib(SCARCE_DISK_BYTES)}`,
      cure: 'dev clean; docker system df shows what takes the room',
      fixable: false,
    },
  ];
}

function memory({ memoryAvailableBytes: bytes }: MachineFacts): Finding[] {
  if (bytes === undefined) return [];
  const what = `${gib(bytes)} of memory available`;
  if (bytes >= SCARCE_MEMORY_BYTES) return [fine('memory', what)];
  return [
    {
      id: 'memory',
      level: 'warning',
      what: `only ${what}`,
      why: 'the kernel may kill services of the stack',
      cure: 'End what you do not need, or run fewer modules (dev settings)',
      fixable: false,
    },
  ];
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}

function inotify({ inotify: limits }: MachineFacts): Finding[] {
  if (limits === undefined) return [];
  const { watches, instances } = limits;
  const what = `${watches} file watches, ${instances} watchers at most`;
  if (watches >= FEW_WATCHES && instances >= FEW_INSTANCES) return [fine('inotify', what)];
  return [
    {
      id: 'inotify',
      level: 'warning',
      what: `only ${what}`,
      why: 'with more folders than that, changes are found by polling',
      cure: 'sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512',
      fixable: false,
    },
  ];
}

function certificates({ certificates: found }: MachineFacts): Finding[] {
  const broken = found.filter(({ exists }) => !exists);
  if (found.length === 0) return [];
  if (broken.length === 0) {
    const files = [...new Set(found.map(({ path }) => path))].join(', ');
    return [fine('certificates', `your own CA certificates: ${files}`)];
  }
  return broken.map(({ variable, path }) => ({
    id: 'certificates',
    level: 'warning',
    what: `${variable ?? ''} names a file that does not exist: ${path}`,
    why: 'containers and builds get the certificates from there',
    cure: `unset ${variable ?? ''}, or put the file there`,
    fixable: false,
  }));
}
