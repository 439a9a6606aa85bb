import type { Refusal } from './refusal.ts';

/** A list of one text is a program with spaces in its name. */
function inOneWord(program: string): string {
  return /\s/.test(program) ? `the program "${program}", spaces and all` : program;
}

/** What is asked for and is not there: programs, users, devices, networks, names, room. */
export const MISSING_REFUSALS: readonly Refusal[] = [
  [
    /Range of CPUs is from ([\d.]+) to ([\d.]+)/,
    (from = '', to = '') => ({
      keys: ['deploy.resources.limits.cpus', 'cpus'],
      what: 'asks for more CPUs than the engine has',
      cure: `between ${from} and ${to}`,
    }),
  ],
  [
    /Minimum memory limit allowed is (\w+)/,
    (least = '') => ({
      keys: ['deploy.resources.limits.memory', 'mem_limit'],
      what: 'has a memory limit that is too small',
      cure: `at least ${least}`,
    }),
  ],
  [
    /[Uu]nable to find (user|group) ([^\s:]+)/,
    (kind = '', name = '') => ({
      keys: kind === 'group' ? ['group_add', 'user'] : ['user'],
      what: `is to run as the ${kind} ${name}, which its image does not have`,
      cure: 'a name that the image has, or numbers: user: "1000:1000"',
    }),
  ],
  [
    /gathering device information while adding custom device "([^"]+)"/,
    (device = '') => ({
      keys: ['devices'],
      what: `is given the device ${device}, which this machine does not have`,
      cure: 'take it away, or plug it in',
    }),
  ],
  [
    /network (\S+) declared as external, but could not be found/,
    (name = '') => ({
      keys: ['networks'],
      what: `is in the external network ${name}, which is not there`,
      cure: `docker network create ${name}, or bring up the project that makes it`,
    }),
  ],
  [
    /external volume "([^"]+)" not found/,
    (name = '') => ({
      keys: ['volumes'],
      what: `mounts the external volume ${name}, which is not there`,
      cure: `docker volume create ${name}, or bring up the project that makes it`,
    }),
  ],
  [
    // Of a probe, in a container that runs.
    /exec failed: (?:unable to start container process: )?exec: "([^"]+)":.*(?:no such file|not found)/,
    (program = '') => ({
      keys: ['healthcheck.test', 'image'],
      what: `is asked for its health by ${inOneWord(program)}, which its image does not have`,
      cure: /\s/.test(program)
        ? `what stands in brackets after CMD is one word each; for a shell: [CMD-SHELL, ${JSON.stringify(program)}]`
        : 'another image that has it, or a healthcheck: that asks otherwise',
    }),
  ],
  [
    /(?:lookup init binary: exec|exec): "(\S*(?:docker-init|catatonit))":.*(?:no such file|not found)/,
    (program = '') => ({
      keys: ['init'],
      what: `is to have an init (init: true), and the engine lacks ${program} for it`,
      cure: /catatonit/.test(program)
        ? 'install the package catatonit where Podman runs, or take init: away'
        : 'install docker-init where the engine runs (Debian: tini), or take init: away',
    }),
  ],
  [
    /exec: "([^"]+)":.*(?:no such file|not found)/,
    (program = '') => ({
      keys: ['entrypoint', 'command'],
      what: `is to run ${inOneWord(program)}, which its image does not have`,
      cure: /\s/.test(program)
        ? `each word by itself, ${JSON.stringify(program.split(/\s+/))}, or all in one text without brackets`
        : 'another program, or an image that has it',
    }),
  ],
  [
    /exec: "([^"]+)":.*permission denied/,
    (program = '') => ({
      keys: ['entrypoint', 'command'],
      what: `is to run ${program}, which is not executable`,
      cure: `chmod +x in the image, or run it by its interpreter: sh ${program}`,
    }),
  ],
  [
    /working directory '([^']*)' is invalid/,
    (path = '') => ({
      keys: ['working_dir'],
      what: `has the working directory ${path}, which is not absolute`,
      cure: `/${path}`,
    }),
  ],
  [
    /unknown or invalid runtime name: (\S+)/,
    (name = '') => ({
      keys: ['runtime'],
      what: `wants the runtime ${name}, which the engine does not have`,
      cure: 'take it away, or install the runtime',
    }),
  ],
  [
    /(?:invalid|unknown) capability\w*:? "?(\w+)"?/i,
    (name = '') => ({
      keys: ['cap_add', 'cap_drop'],
      what: `names the capability ${name}, which there is not`,
      cure: 'capabilities(7) has their names',
    }),
  ],
  [
    /could not select device driver "([^"]*)"/,
    (name = '') => ({
      keys: ['deploy.resources.reservations.devices', 'gpus'],
      what: `wants a device of the driver "${name}", which the engine does not have`,
      cure: 'install its toolkit on this machine, or take it away',
    }),
  ],
  [
    /mount type unknown/,
    () => ({
      keys: ['volumes'],
      what: 'mounts something of a type that the engine does not know',
      cure: 'type: image needs engine 28 and Compose 2.35; bind, volume and tmpfs are known to all',
    }),
  ],
  [
    /mount path must be absolute/,
    () => ({
      keys: ['volumes', 'tmpfs'],
      what: 'mounts something at a path that is not absolute',
      cure: 'a path that begins with /; to Compose a name of one letter is a drive of Windows (v:/data): take a longer one',
    }),
  ],
  [
    /container name "\/?([^"]+)" is already in use/,
    (name = '') => ({
      keys: ['container_name'],
      what: `is to be called ${name}, and another container has that name`,
      cure: `docker rm ${name} if nobody needs it, or another container_name`,
    }),
  ],
  [
    /No such container: (\S+)/,
    (name = '') => ({
      keys: ['network_mode', 'pid', 'ipc', 'volumes_from'],
      what: `shares something with the container ${name}, which is not there`,
      cure: `start ${name}, or share with a service of the project: service:NAME`,
    }),
  ],
  [
    /invalid --security-opt[^"]*"([^"]+)"/,
    (option = '') => ({
      keys: ['security_opt'],
      what: `has the security option ${option}, which the engine does not know`,
      cure: 'no-new-privileges:true, seccomp=, apparmor= and label= are known',
    }),
  ],
  [
    /sysctl "([^"]+)" is not in a separate kernel namespace/,
    (name = '') => ({
      keys: ['sysctls'],
      what: `sets ${name}, which is of the whole machine and not of one container`,
      cure: 'take it away, or set it on the machine: sysctl -w',
    }),
  ],
  [
    /Duplicate mount point: (\S+)/,
    (path = '') => ({
      keys: ['volumes', 'tmpfs'],
      what: `mounts two things at ${path}`,
      cure: 'one of them',
    }),
  ],
  [
    /Pool overlaps with other one on this address space/,
    () => ({
      keys: ['networks'],
      what: 'is in a network whose addresses another network of the engine has',
      cure: 'another subnet: docker network ls, docker network inspect',
    }),
  ],
  [
    /(?:all predefined address pools have been fully subnetted|could not find an available, non-overlapping)/,
    () => ({
      keys: ['networks'],
      what: 'needs a network, and the engine has no addresses left',
      cure: 'dev down in projects that nobody needs, or docker network prune',
    }),
  ],
  [
    /Requested CPUs are not available - requested (\S+), available: (\S+)/,
    (asked = '', there = '') => ({
      keys: ['cpuset'],
      what: `is to run on the CPUs ${asked}, which this machine does not have`,
      cure: `of ${there}`,
    }),
  ],
  [
    /opening seccomp profile \((.+?)\) failed/,
    (file = '') => ({
      keys: ['security_opt'],
      what: `has the security profile ${file}, which cannot be read`,
      cure: 'make the file, or name another one; it counts from the folder of the Compose file',
    }),
  ],
  [
    /does not match the specified platform: wanted (\S+?),? actual: (\S+)/,
    (wanted = '', actual = '') => ({
      keys: ['platform', 'image', 'build'],
      what: `is to run for ${wanted}, and its image here is for ${actual}`,
      cure: 'docker pull --platform or a build for it; or take platform: and DOCKER_DEFAULT_PLATFORM away',
    }),
  ],
  [
    /^network (\S+) not found/,
    (name = '') => ({
      keys: ['network_mode', 'networks'],
      what: `is to be in the network ${name}, which is not there`,
      cure: `docker network create ${name}, or bring up the project that makes it`,
    }),
  ],
  [
    /error looking up logging plugin (\S+):/,
    (name = '') => ({
      keys: ['logging.driver', 'logging'],
      what: `logs by the driver ${name}, which the engine does not have`,
      cure: 'json-file, local or journald, or install the plugin',
    }),
  ],
  [
    /error looking up volume plugin (\S+):/,
    (name = '') => ({
      keys: ['volumes'],
      what: `mounts a volume of the driver ${name}, which the engine does not have`,
      cure: 'driver: local, or install the plugin',
    }),
  ],
  [
    /cannot access path \S*\/volumes\/([^/]+)\/_data\/([^:]+): lstat .*no such file/,
    (volume = '', path = '') => ({
      keys: ['volumes'],
      what: `mounts ${path} of the volume ${volume}, which has nothing of that name`,
      cure: `make it in there first, from a container that mounts the whole volume: mkdir -p ${path}`,
    }),
  ],
  [
    /no configured subnet or ip-range contain the IP address (\S+)/,
    (address = '') => ({
      keys: ['networks'],
      what: `wants the address ${address}, which no subnet of its network has`,
      cure: 'an address of its subnet: docker network inspect, or ipam.config.subnet of the network',
    }),
  ],
  [
    /failed to mount local volume: mount ([^:]+):\S+ .*: no such file or directory/,
    (path = '') => ({
      keys: ['volumes'],
      what: `has a volume that is made of ${path}, which is not there`,
      cure: `mkdir -p ${path}, or another \`device:\` of the volume`,
    }),
  ],
  [
    /--storage-opt is supported only/,
    () => ({
      keys: ['storage_opt'],
      what: 'is to have a disk of a limited size, which the storage of this engine cannot give',
      cure: 'take it away; overlay2 needs xfs mounted with pquota for it, btrfs and zfs can',
    }),
  ],
];
