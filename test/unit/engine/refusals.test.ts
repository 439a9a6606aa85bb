import { describe, expect, it } from 'vitest';
import { explainRefusal, plainWords, withoutEchoes } from '../../../src/engine/refusals.ts';

const RUNC =
  'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ';
const AT = { file: 'compose/base.yaml', line: 3, column: 5 };
const place = (key: string) => (['', 'cpus', 'entrypoint'].includes(key) ? AT : undefined);

function explained(why: string, detail?: readonly string[]) {
  const what = 'docker compose up failed (exit 1)';
  return explainRefusal({ reason: 'service', what, why, ...(detail && { detail }) }, 'a', place);
}

describe('what the engine refuses', () => {
  it('is told in words of the definition, with its place and what would do', () => {
    const cpus =
      'Error response from daemon: Range of CPUs is from 0.01 to 2.00, as there are only 2';
    expect(explained(cpus, [' Container x-a-1  Creating', cpus])).toEqual({
      reason: 'service',
      what: 'a asks for more CPUs than the engine has',
      why: 'the engine says: Range of CPUs is from 0.01 to 2.00, as there are only 2',
      cure: 'between 0.01 and 2.00',
      at: AT,
    });
    const exec = `${RUNC}exec: "/nothing": stat /nothing: no such file or directory: unknown`;
    expect(explained(exec)).toMatchObject({
      what: 'a is to run /nothing, which its image does not have',
      at: AT,
    });
  });

  it('is told of several words that are written as one', () => {
    const exec = `${RUNC}exec: "npm start": executable file not found in $PATH: unknown`;
    expect(explained(exec)).toMatchObject({
      what: 'a is to run the program "npm start", spaces and all, which its image does not have',
      cure: 'each word by itself, ["npm","start"], or all in one text without brackets',
    });
    const probe =
      'OCI runtime exec failed: exec failed: exec: "test -f /x": stat test -f /x: no such file or directory';
    expect(explained(probe).cure).toContain('[CMD-SHELL, "test -f /x"]');
  });

  it('is told of the network that cannot be made, once, and not of services', () => {
    const why = 'failed to create network x_back: plugin "nosuch" not found';
    const placeOfNetwork = (name: string) => (name === 'x_back' ? AT : undefined);
    const of = (service: string) =>
      explainRefusal({ reason: 'service', what: 'w', why }, service, place, placeOfNetwork);
    expect(of('a')).toEqual({
      reason: 'service',
      what: 'the network x_back cannot be made',
      why: 'the engine says: plugin "nosuch" not found',
      cure: 'mend it, or take the network away',
      at: AT,
    });
    expect(withoutEchoes([of('a'), of('b')])).toHaveLength(1);
    const subnet = 'failed to create network x_back: invalid network config:';
    const detail = ['invalid subnet 10.0.0.1/8: it should be 10.0.0.0/8'];
    const failure = { reason: 'service', what: 'w', why: subnet, detail } as const;
    expect(explainRefusal(failure, 'a', place, placeOfNetwork).why).toBe(
      'the engine says: invalid network config: invalid subnet 10.0.0.1/8: it should be 10.0.0.0/8',
    );
    const pool =
      'failed to create network x_back: Pool overlaps with other one on this address space';
    const taken = { ...failure, why: pool };
    expect(explainRefusal(taken, 'a', place, placeOfNetwork).what).toContain('addresses');
  });

  it.each([
    ['Minimum memory limit allowed is 6MB', 'memory limit'],
    ['unable to find user ann: no matching entries in passwd file', 'the user ann'],
    ['error gathering device information while adding custom device "/dev/x": no', '/dev/x'],
    ['network n declared as external, but could not be found', 'the external network n'],
    ['external volume "v" not found', 'the external volume v'],
    ["the working directory 'x' is invalid, it needs to be an absolute path", 'not absolute'],
    ['unknown or invalid runtime name: kata', 'the runtime kata'],
    ['invalid mount config for type "image": mount type unknown', 'a type that the engine'],
    ["invalid mount path: 'v:/v' mount path must be absolute", 'a path that is not absolute'],
    ['exec: "./x": permission denied', 'not executable'],
    [
      'container create: lookup init binary: exec: "catatonit": executable file not found in $PATH',
      'the engine lacks catatonit for it',
    ],
    ['exec: "docker-init": executable file not found in $PATH', 'the engine lacks docker-init'],
    ['Conflict. The container name "/web" is already in use by container "abc"', 'called web'],
    ['Duplicate mount point: /data', 'two things at /data'],
    ['No such container: nobody', 'the container nobody'],
    ['invalid --security-opt 2: "nope:1"', 'the security option nope:1'],
    ['sysctl "kernel.x" is not in a separate kernel namespace', 'sets kernel.x'],
    ['invalid pool request: Pool overlaps with other one on this address space', 'addresses'],
    ['all predefined address pools have been fully subnetted', 'no addresses left'],
    ['Unable to find group nosuch: no matching entries in group file', 'the group nosuch'],
    ['Requested CPUs are not available - requested 99, available: 0-1', 'the CPUs 99'],
    ['network nowhere not found', 'the network nowhere'],
    ['opening seccomp profile (/p/x.json) failed: open /p/x.json: no such file', '/p/x.json'],
    [
      'image with reference a:1 was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64',
      'for linux/arm64, and its image here is for linux/amd64',
    ],
    ['open /proc/sys/net/foo/bar: no such file or directory', 'sets net.foo.bar'],
    ['invalid tmpfs option "bogus"', 'the option bogus'],
    ['Cannot mkdir: /etc/passwd is not a directory', '/etc/passwd, which is a file'],
    ['error looking up logging plugin nope: plugin "nope" not found', 'the driver nope'],
    ['error looking up volume plugin nope: plugin "nope" not found', 'the driver nope'],
    [
      'cannot access path /var/lib/docker/volumes/x_d/_data/no/such: lstat /var/lib/docker/volumes/x_d/_data/no: no such file or directory',
      'no/such of the volume x_d',
    ],
    ['no configured subnet or ip-range contain the IP address 9.9.9.9', 'the address 9.9.9.9'],
    [
      'user specified IP address is supported only when connecting to networks with user configured subnets',
      'an address in a network that has no subnet of its own',
    ],
    [
      "error while mounting volume '/v/_data': failed to mount local volume: mount /p/vol:/v/_data, flags: 0x1000: no such file or directory",
      'made of /p/vol, which is not there',
    ],
    [
      'error mounting "/p/x" to rootfs at "/etc/passwd": mount /p/x:/etc/passwd (via /proc/self/fd/6), flags: 0x5000: not a directory: unknown: Are you trying to mount a directory onto a file',
      'mounts /p/x at /etc/passwd, and one is a file',
    ],
    [
      "--storage-opt is supported only for overlay over xfs with 'pquota' mount option",
      'a disk of',
    ],
    ['bad nameserver address abc: ParseAddr("abc"): unable to parse IP', 'the name server abc'],
    ['invalid IP address in add-host: "abc"', 'the address abc'],
    ['error during container init: error setting rlimit type 7: invalid argument', 'ulimits'],
    [
      'error mounting "tmpfs" to rootfs at "/x": mount tmpfs:/x (via /proc/self/fd/6), flags: 0xe, data: size=zz: invalid argument',
      'a tmpfs at /x with options that the system does not take: size=zz',
    ],
    ['Invalid isolation: "hyperv" - linux only supports \'default\'', 'the isolation hyperv'],
    ["unknown log opt 'nope' for json-file log driver", 'the option nope'],
    ['container rootfs is marked read-only', 'configs or secrets that are no files'],
    ['Invalid value 9999 for cpuset cpus: value of out range', 'the cpuset 9999'],
    ['invalid UTS mode: bad', 'the UTS mode bad'],
    ['Invalid value: 200, valid memory swappiness range is 0-100', 'mem_swappiness'],
    ['Minimum memoryswap limit should be larger than memory limit, see usage', 'memswap_limit'],
    ['Minimum memory limit can not be less than memory reservation limit', 'reserves more'],
    ['invalid signal: NOPE', 'NOPE, which is no signal'],
    ['StartPeriod in Healthcheck cannot be less than 1ms', 'start_period is too short'],
    ["invalid device cgroup rule format: 'bad'", 'the device rule bad'],
    [
      'failed to write "400000": write /sys/fs/cgroup/cpu/x/cpu.rt_runtime_us: invalid',
      'real time',
    ],
    ['could not select device driver "nvidia" with capabilities: [[gpu]]', 'nvidia'],
  ])('%s', (said, meant) => {
    const failure = explained(`Error response from daemon: ${said}`);
    expect(failure.what).toContain(meant);
    expect(failure.cure).not.toBe('');
  });

  it('is told in the engine’s own words where they are not known, without ids and chains', () => {
    const id = '0123456789ab'.padEnd(64, 'c');
    const said = `Error response from daemon: something about ${id} is odd`;
    expect(explained(said, [' Network n  Created', said, 'more'])).toEqual({
      reason: 'service',
      at: AT,
      what: 'a could not be made or started',
      why: 'something about 0123456789ab is odd',
      cure: 'dev config --explain services.a tells where it is defined',
      detail: ['more'],
    });
    expect(plainWords(`${RUNC}boom`)).toBe('boom');
    // Of which service it is, is said, whoever was asked.
    const started = {
      reason: 'service',
      what: 'the engine could not start the container',
    } as const;
    expect(explainRefusal({ ...started, why: 'no' }, 'a', place)).toMatchObject({
      what: 'a could not be made or started',
      why: 'no',
    });
    const other = { reason: 'interrupted', what: 'interrupted' } as const;
    expect(explainRefusal(other, 'a', place)).toBe(other);
  });
});

describe('what several services are refused for', () => {
  it('is told of those that say it; all of them where none is known to', () => {
    const why = 'the engine says: invalid mount path';
    const of = (service: string) => ({ reason: 'service', what: service, why }) as const;
    const [own, also, other] = [{ ...of('q'), at: AT }, of('z'), { ...of('x'), why: 'else' }];
    expect(withoutEchoes([also, own, other])).toEqual([own, other]);
    expect(withoutEchoes([also, of('y')])).toEqual([also, of('y')]);
  });
});
