/**
 * Whether "nothing to do" is ever told wrongly: a small stack on the real engine, whose inputs are
 * changed in every way, behind our back too. Each time the quick answer, if there is one, is compared
 * with what working it out from nothing comes to.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createNearWorld } from '../../src/adapters/near-world.ts';
import { createWorld } from '../../src/adapters/world.ts';
import { keepAgain, recallAgain } from '../../src/app/up/again.ts';
import type { UpRequest } from '../../src/app/up/plan-services.ts';
import { trust } from '../../src/app/trust.ts';
import { up } from '../../src/app/up.ts';
import { stepText } from '../../src/plan/step.ts';
import type { Report } from '../../src/events/progress.ts';
import { gather } from '../../src/evidence/gather.ts';
import type { World } from '../../src/ports/world.ts';
import { AGAIN_EDITS, AGAIN_FILES, type Edited } from './again-edits.ts';
import { removeLeftovers } from './engine-leftovers.ts';
import { ownName } from './own-run.ts';
import { seeded, type Random } from './random.ts';
import { runProgram } from './run-program.ts';
import { REPOSITORY } from './rig.ts';

const PROGRAM = '/tool/dist/program-test.js';
/** Later than any file was written: then files are known by their times, not by their contents. */
export const LATER_MS = 60_000;

export interface Figures {
  readonly rounds: number;
  /** Rounds in which the quick answer was given, rightly. */
  readonly quick: number;
  /** Rounds in which there was something to do, and no quick answer. */
  readonly noticed: number;
  /** Rounds in which it was worked out though there was nothing to do. */
  readonly inVain: number;
  /** Edit → how often it left something to do. */
  readonly effects: ReadonlyMap<string, number>;
}

/** The stack, in a folder and a state folder of its own. */
export class Stack {
  readonly name = ownName();
  readonly root = mkdtempSync(join(tmpdir(), `${this.name}-`));
  readonly folder = join(this.root, 'project');
  readonly edited: Edited;
  /** Why it last could not be planned. */
  failure = '';
  /** Added to the environment of this round. */
  environment: Record<string, string> = {};

  constructor(random: Random, files: Readonly<Record<string, string>> = AGAIN_FILES) {
    mkdirSync(this.folder);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text.replaceAll('NAME', this.name));
    }
    this.edited = {
      random,
      folder: this.folder,
      name: this.name,
      setVariable: (name, value) => (this.environment = { [name]: value }),
      docker: (...argv) => runProgram(['docker', ...argv], { cwd: this.root, env: {} }),
    };
  }

  #environment(): Record<string, string | undefined> {
    const state = join(this.root, 'state');
    return { ...process.env, XDG_STATE_HOME: state, GREETING: 'hello', ...this.environment };
  }

  world(aheadMs: number): World {
    const world = createWorld(REPOSITORY, '0');
    const clock = { ...world.clock, now: () => world.clock.now() + aheadMs };
    return { ...world, clock, host: this.#host(world.host) };
  }

  #host(host: World['host']): World['host'] {
    return { ...host, environment: this.#environment(), workingDirectory: this.folder };
  }

  readonly #request: UpRequest = {
    project: undefined,
    context: 'dev',
    profiles: [],
    services: [],
    recreate: 'none',
    resetData: 'none',
    askedBy: 'person',
    dryRun: false,
    yes: true,
  };

  /** How many steps there are from nothing; with `apply`, done. `failed` for what cannot be planned. */
  async cold(apply: boolean, aheadMs = 0): Promise<number | 'failed'> {
    const plan = await this.plan(apply, aheadMs);
    return plan === undefined ? 'failed' : plan.length;
  }

  /** The steps of that, as text; undefined for what cannot be planned. */
  async plan(
    apply: boolean,
    aheadMs = 0,
    more: Partial<UpRequest> = {},
  ): Promise<readonly string[] | undefined> {
    const world = this.world(aheadMs);
    const looking = gather(world, () => undefined);
    const progress = { report: looking.report, signal: new AbortController().signal };
    const request = { ...this.#request, ...more, dryRun: !apply };
    const result = await up(request, apply ? looking.world : world, progress);
    const failures = result.ok ? result.value.failures : result.failure;
    if (!result.ok || failures.length > 0) {
      this.failure = JSON.stringify(failures);
      return undefined;
    }
    if (apply) {
      const found = { evidence: looking.evidence(), told: looking.told };
      keepAgain({ ...request, program: PROGRAM }, result.value, found, world);
    }
    return result.value.plan.steps.map((step) => stepText(step, { whole: true }));
  }

  /** `dev trust`. */
  async agree(): Promise<void> {
    const request = { project: undefined, context: 'dev', dryRun: false } as const;
    const agreed = await trust(request, this.world(0), () => undefined);
    if (!agreed.ok) this.failure = JSON.stringify(agreed.failure);
  }

  async isQuick(aheadMs: number): Promise<boolean> {
    const near = createNearWorld(REPOSITORY, '0');
    const engine = near.engineChoice;
    if (!engine.ok || engine.value.at.kind !== 'socket') throw new Error('no engine on a socket');
    const request = {
      project: undefined,
      context: 'dev',
      program: PROGRAM,
      engine: engine.value,
    } as const;
    const found = await recallAgain(request, {
      host: this.#host(near.host),
      files: near.files,
      ports: near.ports,
      engine: near.questions(engine.value.at.path),
      nowMs: near.clock.now() + aheadMs,
    });
    return found !== undefined;
  }

  /** `dev up --yes` in a world of one's own. */
  bring(world: World, report: Report): ReturnType<typeof up> {
    return up(this.#request, world, { report, signal: new AbortController().signal });
  }

  /** One of two images has the name that the services want. */
  async images(): Promise<void> {
    const { docker } = this.edited;
    const made = await docker('create', 'debian:trixie-slim', 'true');
    await docker('commit', '--change', 'LABEL other=1', made.stdout.trim(), `${this.name}:other`);
    await docker('rm', made.stdout.trim());
    await docker('tag', 'debian:trixie-slim', `${this.name}:1`);
  }

  async remove(): Promise<void> {
    await removeLeftovers(this.name);
    await this.edited.docker('image', 'rm', '--force', `${this.name}:1`, `${this.name}:other`);
    rmSync(this.root, { recursive: true, force: true });
  }
}

async function attempt<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch {
    return undefined;
  }
}

/**
 * Throws for the first wrong answer, with what had been edited.
 * @param onRound told after each.
 */
export async function againRounds(
  seed: number,
  rounds: number,
  onRound: (round: number) => void = () => undefined,
): Promise<Figures> {
  const random = seeded(seed);
  const stack = new Stack(random);
  const counts = { quick: 0, noticed: 0, inVain: 0 };
  const effects = new Map<string, number>();
  try {
    await stack.images();
    if ((await stack.cold(true)) === 'failed') throw new Error(stack.failure);
    for (let round = 0; round < rounds; round += 1) {
      const aheadMs = random.under(4) === 0 ? 0 : LATER_MS;
      // The second has nothing to do, and keeps why.
      await stack.cold(true, aheadMs);
      await stack.cold(true, aheadMs);
      const picked = Array.from({ length: random.under(3) }, () => random.pick(AGAIN_EDITS));
      const edits = [...new Set(picked)];
      const undo: (() => unknown)[] = [];
      for (const { edit } of edits) {
        // One that finds nothing to change, as the one before it took it away, changes nothing.
        const back = await attempt(() => edit(stack.edited));
        if (back !== undefined) undo.unshift(back);
      }
      const isQuick = await stack.isQuick(aheadMs);
      const steps = await stack.cold(false);
      if (isQuick && steps !== 0) {
        const names = edits.map(({ name }) => name).join(', then ');
        throw new Error(
          `seed ${String(seed)}, round ${String(round)}: told that there is nothing to do after ` +
            `${names}, and there is: ${String(steps)}`,
        );
      }
      if (isQuick) counts.quick += 1;
      else if (steps === 0) counts.inVain += 1;
      else counts.noticed += 1;
      for (const { name } of steps === 0 ? [] : edits) {
        effects.set(name, (effects.get(name) ?? 0) + 1);
      }
      for (const back of undo) await back();
      stack.environment = {};
      onRound(round);
    }
    return { rounds, ...counts, effects };
  } finally {
    await stack.remove();
  }
}
