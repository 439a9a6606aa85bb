import { compareVersions, livingDaemon, type Endpoint, type MachineFacts } from './facts.ts';
import { engineRuns, missingParts } from './remedy.ts';
import { findRecipe, OLDEST_COMPOSE } from './recipes.ts';

/** One thing about the machine, judged. */
export interface Finding {
  /** Stable, for `--json`: `engine`, `compose`, `disk`, …. */
  readonly id: string;
  readonly level: 'ok' | 'warning' | 'problem';
  /** One line. */
  readonly what: string;
  readonly why?: string;
  readonly cure?: string;
  /** True when `dev doctor --fix` mends it. */
  readonly fixable: boolean;
}

const INSTALL_PAGE = 'https://docs.docker.com/engine/install/';
const OLDEST_NODE = '20.19';
const OLDEST_ENGINE = '20.10';
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
    engine(facts),
    ...parts(facts),
    ...cgroup(facts),
    ...disk(facts),
    ...memory(facts),
    ...inotify(facts),
    ...certificates(facts),
  ];
}

function fine(id: string, what: string): Finding {
  return { id, level: 'ok', what, fixable: false };
}

function node({ node: { version, libc } }: MachineFacts): Finding {
  if (libc === 'musl') {
    return {
      id: 'node',
      level: 'problem',
      what: 'this machine has musl instead of glibc',
      why: 'the terminal library has no build for musl',
      cure: 'Use a machine with glibc 2.28 or newer: Debian, Ubuntu, Fedora and most others',
      fixable: false,
    };
  }
  if (compareVersions(version, OLDEST_NODE) < 0) {
    return {
      id: 'node',
      level: 'problem',
      what: `Node ${version} is too old; ${OLDEST_NODE} or newer is needed`,
      cure: 'https://nodejs.org/en/download',
      fixable: false,
    };
  }
  return fine('node', `Node ${version}`);
}

function engine(facts: MachineFacts): Finding {
  const { engine: answer, endpoint } = facts;
  const problem = { id: 'engine', level: 'problem' as const, fixable: false };
  if (answer.answers) {
    const where = endpoint.kind === 'elsewhere' ? ` at ${endpoint.address}` : '';
    const what = `Docker engine ${answer.version}${where}`;
    return compareVersions(answer.version, OLDEST_ENGINE) >= 0
      ? fine('engine', what)
      : {
          ...problem,
          level: 'warning',
          what: `${what} is older than ${OLDEST_ENGINE}`,
          why: 'nobody tries the tool on such an engine',
          cure: INSTALL_PAGE,
        };
  }
  if (endpoint.kind === 'elsewhere') {
    return {
      ...problem,
      what: `the engine at ${endpoint.address} does not answer`,
      why: `${endpoint.chosenBy} points there: ${answer.why}`,
      cure: elsewhereCure(endpoint),
    };
  }
  if (facts.platform !== 'linux') {
    return {
      ...problem,
      what: 'no Docker engine answers',
      why: answer.why,
      cure: 'Start Docker Desktop, colima or OrbStack, or install one of them',
    };
  }
  const mayBecomeRoot = facts.privilege !== 'none';
  if (answer.problem === 'denied' && engineRuns(facts)) {
    return {
      ...problem,
      what: `the engine runs, and ${facts.user} may not use it`,
      why: `${facts.user} is not in the group docker`,
      cure: mayBecomeRoot
        ? 'dev doctor --fix'
        : `Ask an administrator for: usermod -aG docker ${facts.user}; then log in again`,
      fixable: mayBecomeRoot,
    };
  }
  if (engineRuns(facts)) {
    return {
      ...problem,
      what: `the engine runs (process ${livingDaemon(facts.pidFiles)?.pid ?? 0}) and does not answer`,
      why: answer.why,
      cure: 'Wait until it has started, or look at its log: journalctl -u docker, /var/log/dockerd.log',
      fixable: true,
    };
  }
  if (facts.programs.dockerd === undefined) return notInstalled(facts, mayBecomeRoot);
  const stale = facts.pidFiles.filter(({ alive }) => !alive);
  return {
    ...problem,
    what: 'the Docker engine is installed, and does not run',
    why:
      stale.length > 0
        ? `it was killed: ${stale.map(({ path }) => path).join(', ')} ${stale.length > 1 ? 'are' : 'is'} left of it`
        : answer.why,
    cure: mayBecomeRoot ? 'dev doctor --fix' : 'Ask an administrator to start it',
    fixable: mayBecomeRoot,
  };
}

function notInstalled(facts: MachineFacts, mayBecomeRoot: boolean): Finding {
  const known = findRecipe(facts.release, facts.apt?.installed ?? new Set()) !== undefined;
  const base = {
    id: 'engine',
    level: 'problem' as const,
    what: 'there is no Docker engine on this machine',
  };
  if (!known) {
    return {
      ...base,
      why: `dev can install one on Debian 12 and later and on Ubuntu 22.04 and later; this is ${facts.release?.name ?? 'none of them'}`,
      cure: INSTALL_PAGE,
      fixable: false,
    };
  }
  if (!mayBecomeRoot) {
    return {
      ...base,
      why: `${facts.user} is not root and may not use sudo, so dev cannot install one`,
      cure: `Ask an administrator for a Docker engine, and for: usermod -aG docker ${facts.user}`,
      fixable: false,
    };
  }
  return { ...base, cure: 'dev doctor --fix', fixable: true };
}

function elsewhereCure({ address, chosenBy }: Endpoint & { kind: 'elsewhere' }): string {
  const unset = chosenBy === 'DOCKER_HOST' ? 'unset DOCKER_HOST' : 'docker context use default';
  if (address.includes('colima')) return 'colima start';
  if (address.includes('podman')) return 'systemctl --user start podman.socket';
  if (address.includes('desktop')) return 'systemctl --user start docker-desktop';
  if (address.startsWith('unix:///run/user/')) return 'systemctl --user start docker';
  return `Start the engine there, or use this machine's own: ${unset}`;
}

function parts(facts: MachineFacts): Finding[] {
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

function cgroup({ platform, cgroup: version, endpoint, engine: answer }: MachineFacts): Finding[] {
  if (platform !== 'linux' || endpoint.kind === 'elsewhere') return [];
  if (version !== 'none' || answer.answers) {
    return [fine('cgroup', `control groups ${version === 'none' ? '' : version}`.trim())];
  }
  return [
    {
      id: 'cgroup',
      level: 'warning',
      what: 'no control groups are mounted in /sys/fs/cgroup',
      why: 'the engine limits and kills containers with them',
      cure: 'dev doctor --fix mounts them (package cgroupfs-mount)',
      fixable: true,
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
    what: `${variable} names a file that does not exist: ${path}`,
    why: 'containers and builds get the certificates from there',
    cure: `unset ${variable}, or put the file there`,
    fixable: false,
  }));
}
