import type { Failure, SourcePlace } from '../events/failure.ts';

/** What a refusal of the engine means for the definition. */
interface Meaning {
  /** Keys of the service that it is about; the first that is there gives the place. */
  readonly keys: readonly string[];
  readonly what: string;
  readonly cure: string;
}

/** The engine's and Compose's words, and what they mean, by the groups of the pattern. */
const REFUSALS: readonly (readonly [RegExp, (...found: string[]) => Meaning])[] = [
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
    /unable to find (user|group) ([^\s:]+)/,
    (kind = '', name = '') => ({
      keys: ['user'],
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
      what: `is asked for its health by ${program}, which its image does not have`,
      cure: 'another image that has it, or a healthcheck: that asks otherwise',
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
      what: `is to run ${program}, which its image does not have`,
      cure: 'another program, or an image that has it',
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
      keys: ['volumes'],
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
];

/** What stands before the engine's own words, however many programs handed them on. */
const HANDED_ON =
  /(?:Error response from daemon|failed to create task for container|failed to create shim task|OCI runtime create failed|runc create failed|unable to start container process): /g;
/** Compose's progress. */
const PROGRESS = /^\s*(?:Container|Network|Volume)\s+\S+\s+[A-Z]\w+$/;

/** An engine's sentence without what other programs put before it, and without ids that nobody can read. */
export function plainWords(text: string): string {
  return text
    .replace(HANDED_ON, '')
    .replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1')
    .replace(/: unknown$/, '')
    .trim();
}

/**
 * A failure of one service in words of its definition: what it asks for that the engine refuses,
 * where that stands, and what would do. Other failures come back in plainer words. Pure.
 * @param placeOf the place of a key of the service, dotted; undefined when it has none such.
 */
export function explainRefusal(
  failure: Failure,
  service: string,
  placeOf: (key: string) => SourcePlace | undefined,
): Failure {
  if (failure.reason !== 'service') return failure;
  const lines = [failure.why ?? '', ...(failure.detail ?? [])].map(plainWords);
  for (const [pattern, meaning] of REFUSALS) {
    const said = lines.find((line) => pattern.test(line));
    const [, ...found] = (said === undefined ? null : pattern.exec(said)) ?? [];
    if (said === undefined) continue;
    const { keys, what, cure } = meaning(...found);
    const at = keys.map(placeOf).find((place) => place !== undefined);
    return {
      reason: 'service',
      what: `${service} ${what}`,
      why: `the engine says: ${said}`,
      cure,
      ...(at !== undefined && { at }),
      ...(failure.about && { about: failure.about }),
    };
  }
  const { why, detail } = failure;
  const rest = detail
    ?.map(plainWords)
    .filter((line) => !PROGRESS.test(line) && line !== plainWords(why ?? ''));
  const isUnnamed = /^docker compose \w+ failed|^the engine could not start the container$/;
  const { cure = `dev config --explain services.${service} tells where it is defined` } = failure;
  return {
    ...{ ...failure, cure },
    ...(isUnnamed.test(failure.what) && { what: `${service} could not be made or started` }),
    ...(why !== undefined && { why: plainWords(why) }),
    ...(rest !== undefined && { detail: rest }),
  };
}
