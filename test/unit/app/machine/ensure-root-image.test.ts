import { describe, expect, it } from 'vitest';
import { ensureRootImage } from '../../../../src/app/machine/ensure-root-image.ts';
import { FakeMachine, type MachineOptions } from '../../../support/fake-machine.ts';

const REFERENCE = 'debian:trixie-slim';
const NO_REGISTRY = {
  status: 1,
  stdout: '',
  stderr: 'Error response from daemon: dial tcp: no such host\n',
};

async function bring(
  options: MachineOptions,
  { reference = REFERENCE, yes = true, registry = false, present = false } = {},
) {
  const machine = new FakeMachine({ installed: true, running: true, ...options });
  if (present) machine.images.add(reference);
  if (!registry) machine.failures.set('docker', { outcome: NO_REGISTRY, times: 1 });
  const result = await ensureRootImage(machine.world(), reference, {
    yes,
    report: (event) => void machine.events.push(event),
  });
  const programs = machine.changes.map((argv) => argv[0]?.split('/').at(-1));
  return { machine, result, programs };
}

describe('the root image', () => {
  it('is left alone when it is there', async () => {
    const { machine, result } = await bring({}, { present: true });
    expect(result).toEqual({ ok: true, value: 'present' });
    expect(machine.changes).toEqual([]);
  });

  it('is pulled where a registry answers', async () => {
    const { machine, result } = await bring({}, { registry: true });
    expect(result).toEqual({ ok: true, value: 'pulled' });
    expect(machine.changes).toEqual([['docker', 'pull', '--', REFERENCE]]);
  });

  it("is made from the machine's own mirror where none answers, and comes in whole", async () => {
    const { machine, result, programs } = await bring({ release: 'debian12' });
    expect(result).toEqual({ ok: true, value: 'made' });
    expect(machine.changes).toContainEqual([
      '/usr/sbin/debootstrap',
      '--variant=minbase',
      'trixie',
      '/var/cache/onestack/root-image-0/root',
      'http://mirror.example/debian',
    ]);
    // Nothing is left behind, and the image is the last thing but that.
    expect(programs.slice(-3)).toEqual(['tar', 'docker', 'rm']);
    expect(machine.changes.at(-2)).toContain('LABEL dev.onestack.root=debootstrap');
    expect(machine.images.has(REFERENCE)).toBe(true);
  });

  it('gets sources that work inside of it', async () => {
    const { machine } = await bring({ release: 'debian12' });
    const path = '/var/cache/onestack/root-image-0/root/etc/apt/sources.list.d/debian.sources';
    const step = machine.changes.find((argv) => argv.includes(path));
    expect(step).toEqual(['tee', path]);
  });

  it('unmounts and removes what an interrupted run left, before anything else', async () => {
    const machine = new FakeMachine({ installed: true, running: true });
    const left = '/var/cache/onestack/root-image-0/root';
    machine.files.put('/proc/self/mounts', `proc / proc rw 0 0\nproc ${left}/proc proc rw 0 0\n`);
    machine.files.put(
      '/var/lib/dpkg/status',
      'Package: debootstrap\nStatus: install ok installed\n',
    );
    machine.failures.set('docker', { outcome: NO_REGISTRY, times: 1 });
    await ensureRootImage(machine.world(), REFERENCE, { yes: true, report: () => undefined });
    expect(machine.changes.slice(1, 3)).toEqual([
      ['umount', `${left}/proc`],
      ['rm', '--recursive', '--force', '--one-file-system', '/var/cache/onestack/root-image-0'],
    ]);
  });

  it('leaves no image when a step fails', async () => {
    const machine = new FakeMachine({ installed: true, running: true });
    machine.failures.set('docker', { outcome: NO_REGISTRY, times: 1 });
    machine.failures.set('debootstrap', {
      outcome: { status: 1, stdout: '', stderr: 'E: Failed getting release file\n' },
      times: 1,
    });
    const result = await ensureRootImage(machine.world(), REFERENCE, {
      yes: true,
      report: () => undefined,
    });
    expect(result).toMatchObject({ failure: { detail: ['E: Failed getting release file'] } });
    expect([...machine.images]).toEqual([]);
  });

  it('is not made without a yes where something would be installed for it', async () => {
    const { machine, result } = await bring({}, { yes: false });
    expect(result).toMatchObject({
      failure: {
        reason: 'host',
        detail: expect.arrayContaining([
          expect.stringContaining('install --yes --no-install-recommends debootstrap'),
        ]) as string[],
      },
    });
    expect(machine.changes).toEqual([['docker', 'pull', '--', REFERENCE]]);
  });

  it('that is not Debian can only be pulled or loaded', async () => {
    const { result } = await bring({}, { reference: 'registry.example/base:1' });
    expect(result).toMatchObject({
      failure: {
        reason: 'image',
        what: 'cannot pull registry.example/base:1',
        why: 'dial tcp: no such host',
      },
    });
  });

  it('says what to do without rights on the machine', async () => {
    const { result } = await bring({ account: 'plain' });
    expect(result).toMatchObject({
      failure: { cure: expect.stringContaining('as root or with sudo') as string },
    });
  });
});
