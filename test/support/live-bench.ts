import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { afterEach, beforeAll, expect } from 'vitest';
import { createWorld } from '../../src/adapters/world.ts';
import { connectSession } from '../../src/app/session/client.ts';
import type { Intent } from '../../src/session/protocol.ts';
import { tailEvents } from './event-tail.ts';
import type { EventTail } from './event-tail.ts';
import { LIVE_PROJECT } from './live-project.ts';
import { REPOSITORY, rigForSuite } from './rig.ts';
import type { Rig } from './rig.ts';
import { waitFor } from './wait-for.ts';

/**
 * The live project, up, with its session, for all tests of a file. Each test begins with the files as
 * they were at first, and with what they stand for.
 */
export interface LiveBench {
  readonly rig: () => Rig;
  readonly tail: () => EventTail;
  /** Writes files and gives the save that they become. */
  readonly save: (files: Readonly<Record<string, string>>) => Promise<number>;
  /** Writes definition files and waits until their plan is over. */
  readonly follow: (files: Readonly<Record<string, string>>) => ReturnType<typeof nextEnd>;
  /** The same, of a plan that has to be applied. */
  readonly apply: LiveBench['follow'];
  /** What a command in a service's container prints. */
  readonly inside: (service: string, ...argv: readonly string[]) => Promise<string>;
  /** What a module's server says: its process, its greeting, its version. */
  readonly answer: (service: string) => Promise<{
    readonly pid: string;
    readonly greeting: string | undefined;
    readonly version: string;
  }>;
  /** Service → container id, of all that run. */
  readonly containers: () => Promise<Readonly<Record<string, string>>>;
  /** Sends an intent as the dashboard does; whether it was accepted. */
  readonly intend: (intent: Intent) => Promise<boolean>;
}

export function liveBench(): LiveBench {
  const rig = rigForSuite({ files: LIVE_PROJECT });
  const world = createWorld(REPOSITORY, 'test');
  let tail: EventTail;
  let initial: Readonly<Record<string, string>>;

  beforeAll(async () => {
    chmodSync(rig().path('bin/notify-send'), 0o755);
    const PATH = `${rig().path('bin')}:${process.env['PATH'] ?? ''}`;
    const up = await rig().dev(['up', '--yes', '--detach'], { env: { PATH } });
    expect(up.status, rig().transcript()).toBe(0);
    tail = await tailEvents(rig());
    initial = filesOf(rig());
  });

  afterEach(async () => {
    const now = filesOf(rig());
    const changed = Object.entries(initial).filter(([path, text]) => now[path] !== text);
    const added = Object.keys(now).filter((path) => initial[path] === undefined);
    if (changed.length + added.length === 0) return;
    tail.mark();
    for (const [path, text] of changed) rig().write(path, text);
    for (const path of added) rmSync(rig().path(path));
    const paths = [...changed.map(([path]) => path), ...added];
    const change = await tail.next('change', (event) =>
      event.paths.some((path) => paths.includes(path)),
    );
    if (paths.some((path) => DEFINITION.test(path))) await nextEnd(tail, change.save);
    if (change.affected.length > 0) await tail.next('settled', ({ save }) => save >= change.save);
  });

  const inside = async (service: string, ...argv: readonly string[]): Promise<string> => {
    const name = `${rig().name}-${service}-1`;
    return (await rig().run(['docker', 'exec', name, ...argv])).stdout.trim();
  };
  const save = (files: Readonly<Record<string, string>>): Promise<number> => tail.save(files);
  const follow: LiveBench['follow'] = async (files) => nextEnd(tail, await save(files));

  return {
    rig,
    tail: () => tail,
    save,
    follow,
    apply: async (files) => {
      const plan = await follow(files);
      expect(plan.state, JSON.stringify(plan.failures)).toBe('applied');
      return plan;
    },
    inside,
    answer: (service) => {
      const script = "fetch('http://localhost:3000').then((r) => r.text()).then(console.log)";
      return waitFor(`an answer of ${service}`, async () => {
        const [pid, greeting, version] = (await inside(service, 'node', '-e', script)).split(' ');
        return pid !== undefined && version !== undefined && { pid, greeting, version };
      });
    },
    containers: async () => {
      const filter = `label=com.docker.compose.project=${rig().name}`;
      const format = '{{.Label "com.docker.compose.service"}} {{.ID}}';
      const listed = await rig().run(['docker', 'ps', '--filter', filter, '--format', format]);
      const pairs = listed.stdout.trim().split('\n');
      return Object.fromEntries(pairs.map((line) => line.split(' ')).sort()) as Record<
        string,
        string
      >;
    },
    intend: async (intent) => {
      const client = await connectSession(rig().places(), world);
      const answered = await client?.intend(intent);
      client?.close();
      return answered?.ok === true;
    },
  };
}

/** Files of which the session makes a plan. */
const DEFINITION = /^(?:dev\.|\.env|compose\/|profiles\/|base-images\/|app\/package)/;

/** How the plan of a save, or of a later one, ends. */
function nextEnd(tail: EventTail, save: number) {
  return tail.next('plan', (event) => event.save >= save && isOver(event.state));
}

export const isOver = (state: string): boolean =>
  state !== 'applying' && state !== 'waiting-for-answer';

/** Path → text, of all but what is generated and what nobody watches. */
function filesOf(rig: Rig): Readonly<Record<string, string>> {
  const entries = readdirSync(rig.directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(rig.directory.length + 1))
    .filter((path) => !/^(?:\.dev|bin)\/|\bnode_modules\b/.test(path));
  return Object.fromEntries(paths.map((path) => [path, rig.read(path)]));
}
