import type { Refusal } from './refusal.ts';

/** Values that the engine or the system does not take. */
export const VALUE_REFUSALS: readonly Refusal[] = [
  [
    /container rootfs is marked read-only/,
    () => ({
      keys: ['read_only'],
      what: 'is read-only, and configs or secrets that are no files would have to be copied into it',
      cure: 'file: in the place of content: or environment:, which is mounted; or leave read_only out',
    }),
  ],
  [
    /bad nameserver address (\S+?):/,
    (name = '') => ({
      keys: ['dns'],
      what: `has the name server ${name}, which is no address`,
      cure: 'an IP address',
    }),
  ],
  [
    /user specified IP address is supported only when connecting to networks/,
    () => ({
      keys: ['networks'],
      what: 'wants an address in a network that has no subnet of its own',
      cure: 'write one: networks.NAME.ipam.config: [{ subnet: 172.30.0.0/24 }], or leave the address out',
    }),
  ],
  [
    /invalid IP address in add-host: "([^"]*)"/,
    (name = '') => ({
      keys: ['extra_hosts'],
      what: `gives a name the address ${name}, which is none`,
      cure: 'an IP address, or host-gateway for this machine',
    }),
  ],
  [
    /open \/proc\/sys\/(\S+): no such file or directory/,
    (path = '') => ({
      keys: ['sysctls'],
      what: `sets ${path.replaceAll('/', '.')}, which the system does not know`,
      cure: 'take it away, or write it as sysctl -a has it',
    }),
  ],
  [
    /invalid tmpfs option "([^"]*)"/,
    (option = '') => ({
      keys: ['tmpfs', 'volumes'],
      what: `mounts a tmpfs with the option ${option}, which there is not`,
      cure: 'size=, mode=, uid= and gid= are known',
    }),
  ],
  [
    /Cannot mkdir: (\S+) is not a directory/,
    (path = '') => ({
      keys: ['working_dir'],
      what: `is to run in ${path}, which is a file in its image`,
      cure: 'a folder',
    }),
  ],
  [
    /error setting rlimit/,
    () => ({
      keys: ['ulimits'],
      what: 'has a limit (ulimits) that the system does not take',
      cure: 'soft at most hard, and hard at most what the engine itself has: ulimit -Hn',
    }),
  ],
  [
    /error mounting "tmpfs" to rootfs at "([^"]+)".*data: (\S+): invalid argument/,
    (path = '', options = '') => ({
      keys: ['tmpfs', 'volumes'],
      what: `has a tmpfs at ${path} with options that the system does not take: ${options}`,
      cure: 'size=64m, mode=1777, uid= and gid= are known',
    }),
  ],
  [
    /error mounting "([^"]+)" to rootfs at "([^"]+)".*: not a directory/,
    (source = '', target = '') => ({
      keys: ['volumes'],
      what: `mounts ${source} at ${target}, and one is a file, the other a folder`,
      cure: 'two files, or two folders',
    }),
  ],
  [
    /Invalid isolation: "([^"]*)"/,
    (name = '') => ({
      keys: ['isolation'],
      what: `asks for the isolation ${name}, which is of Windows`,
      cure: 'take it away',
    }),
  ],
  [
    /unknown log opt '([^']+)' for (\S+) log driver/,
    (option = '', driver = '') => ({
      keys: ['logging.options', 'logging'],
      what: `has the option ${option} for its log, which the driver ${driver} does not know`,
      cure: 'take it away; docs.docker.com/config/containers/logging names those of each driver',
    }),
  ],
  [
    /invalid (UTS|PID|IPC|CGROUP|USER) mode: (\S+)/i,
    (kind = '', mode = '') => ({
      keys: [kind.toLowerCase() === 'user' ? 'userns_mode' : kind.toLowerCase()],
      what: `has the ${kind} mode ${mode}, which there is not`,
      cure: 'host, service:NAME or container:NAME, where the key takes it; or take it away',
    }),
  ],
  [
    /Invalid value (\S+) for cpuset (\w+)/,
    (value = '', part = '') => ({
      keys: ['cpuset'],
      what: `has the cpuset ${value}, which is none`,
      cure: `numbers of ${part} from 0, 0-2 or 0,2`,
    }),
  ],
  [
    /valid memory swappiness range is (\S+)/,
    (range = '') => ({
      keys: ['mem_swappiness'],
      what: 'has a mem_swappiness out of its range',
      cure: `between ${range.replace('-', ' and ')}`,
    }),
  ],
  [
    /Minimum memoryswap limit should be larger than memory limit/,
    () => ({
      keys: ['memswap_limit'],
      what: 'has a memswap_limit that is less than its memory limit',
      cure: 'it is memory and swap together: at least the memory limit, or -1 for any',
    }),
  ],
  [
    /Minimum memory limit can not be less than memory reservation limit/,
    () => ({
      keys: ['deploy.resources.reservations.memory', 'mem_reservation'],
      what: 'reserves more memory than its limit lets it have',
      cure: 'at most the limit',
    }),
  ],
  [
    /invalid signal: (\S+)/,
    (name = '') => ({
      keys: ['stop_signal'],
      what: `is to be stopped by ${name}, which is no signal`,
      cure: 'SIGTERM, SIGINT, SIGQUIT …: kill -l names them',
    }),
  ],
  [
    /(Interval|Timeout|StartPeriod|StartInterval) in Healthcheck cannot be less than (\S+)/,
    (part = '', least = '') => {
      const key = part.replace(/(?<=[a-z])([A-Z])/g, '_$1').toLowerCase();
      return {
        keys: [`healthcheck.${key}`, 'healthcheck'],
        what: `has a health check whose ${key} is too short`,
        cure: `at least ${least}`,
      };
    },
  ],
  [
    /invalid device cgroup rule format: '([^']*)'/,
    (rule = '') => ({
      keys: ['device_cgroup_rules'],
      what: `has the device rule ${rule}, which is none`,
      cure: 'type, numbers and rights: c 1:3 rwm',
    }),
  ],
  [
    /cpu\.rt_(?:runtime|period)_us/,
    () => ({
      keys: ['cpu_rt_runtime', 'cpu_rt_period'],
      what: 'asks for real time on the CPU, which this system does not give to containers',
      cure: 'take it away, or give the engine some: dockerd --cpu-rt-runtime',
    }),
  ],
];
