import { describe, expect, it } from 'vitest';
import { bringMachine } from '../../../../src/app/machine/bring-machine.ts';
import type { TimedStep } from '../../../../src/events/progress.ts';
import { FakeMachine, type MachineOptions } from '../../../support/fake-machine.ts';
import { create, graphOf, shape } from '../../../support/plans.ts';

const REFERENCE = 'debian:trixie-slim';
const PLAN = graphOf({
  missingEngine: 'there is no Docker engine on this machine',
  roots: [{ reference: REFERENCE, cause: 'the engine lacks it' }],
  operations: create('db'),
});

async function bring(
  options: MachineOptions = {},
  prepare: (machine: FakeMachine) => void = () => undefined,
  yes = true,
) {
  const machine = new FakeMachine(options);
  prepare(machine);
  const times: TimedStep[] = [];
  const result = await bringMachine(PLAN, machine.world(), {
    yes,
    report: (event) => void machine.events.push(event),
    timed: (step) => void times.push(step),
    signal: new AbortController().signal,
  });
  const index = (...words: readonly string[]): number =>
    machine.changes.findIndex((argv) => words.every((word) => argv.join(' ').includes(word)));
  return { machine, result, index, timed: times.map(({ id }) => id).sort() };
}

describe('a machine without an engine', () => {
  it('gets one, and meanwhile the root image that no registry gives', async () => {
    expect(shape(PLAN)).toContain(`root:${REFERENCE}`);
    const { machine, result, index, timed } = await bring();
    expect(result).toEqual({ ok: true, value: undefined });
    expect(machine.images.has(REFERENCE)).toBe(true);
    expect(timed).toEqual(['engine', `root:${REFERENCE}`]);
    // apt is the engine's packages' own for long: what makes the image is there before.
    expect(index('install', 'debootstrap')).toBeLessThan(index('install', 'docker.io'));
    const begun = machine.events.flatMap((event) =>
      event.kind === 'step-started' ? [event.label] : [],
    );
    const bootstrap = begun.findIndex((label) => label.startsWith('install Debian trixie'));
    expect(bootstrap).toBeLessThan(begun.indexOf('start the engine'));
    expect(index('docker', 'import')).toBeGreaterThan(index('start-stop-daemon'));
    expect(index('docker', 'pull')).toBe(-1);
  });

  it('gets the engine alone where a registry answers', async () => {
    const { machine, result, index } = await bring({}, (one) => {
      one.registryAnswers = true;
    });
    expect(result.ok).toBe(true);
    expect(machine.running).toBe(true);
    expect(index('debootstrap')).toBe(-1);
  });

  it.each<[string, MachineOptions, boolean]>([
    ['one that only does not run may have every image', { installed: true }, true],
    ['a proxy is the engine’s to know', { environment: { HTTPS_PROXY: 'http://p:1' } }, true],
    ['two questions at once are asked of nobody', { answer: true }, false],
    ['a password is asked for once', { account: 'sudo-password', answer: true }, true],
  ])('gets the engine alone: %s', async (_why, options, yes) => {
    const { machine, result, index } = await bring(options, undefined, yes);
    expect(result.ok, JSON.stringify(result)).toBe(true);
    expect(machine.running).toBe(true);
    expect(index('debootstrap')).toBe(-1);
    expect(machine.asked.length).toBe(yes ? 0 : 1);
  });

  it('is told once that it gets none, and nothing is left for it to take in', async () => {
    const refusal = { status: 100, stdout: '', stderr: 'E: no such package\n' };
    const { result, index } = await bring({}, (one) => {
      one.failures.set('start-stop-daemon', { outcome: refusal, times: 9 });
    });
    expect(!result.ok && result.failure.map(({ what }) => what)).toEqual([
      'could not start the engine',
    ]);
    expect(index('docker', 'import')).toBe(-1);
  });

  it('leaves what cannot be made ahead to the engine', async () => {
    const refusal = { status: 1, stdout: '', stderr: 'no mirror\n' };
    const { machine, result } = await bring({}, (one) => {
      one.failures.set('debootstrap', { outcome: refusal, times: 1 });
    });
    expect(result.ok).toBe(true);
    expect(machine.running).toBe(true);
    expect(machine.images.size).toBe(0);
  });
});
