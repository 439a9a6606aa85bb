import type { Failure } from '../events/failure.ts';
import { diagnose } from '../host/diagnose.ts';
import type { Finding } from '../host/finding.ts';
import { gatherFacts } from '../host/gather.ts';
import { planRemedy } from '../host/remedy.ts';
import type { World } from '../ports/world.ts';
import { ok, type Result } from '../util/result.ts';
import { examineProjects } from './doctor-project.ts';
import {
  ensureEngine,
  type EnsureEngineOptions,
  type EngineReady,
  remedyCommands,
} from './machine/ensure-engine.ts';

/** What `dev doctor` found. */
export interface Examination {
  readonly findings: readonly Finding[];
  /** What `--fix` would run, as a person would type it; empty when there is nothing to mend. */
  readonly commands: readonly string[];
  /** What `--fix` did; undefined without it. */
  readonly mended?: EngineReady;
}

/**
 * Looks at the machine, and at the project here, and changes nothing.
 * @param project `--project`.
 */
export async function examine(project: string | undefined, world: World): Promise<Examination> {
  const facts = await gatherFacts(world);
  const findings = [...diagnose(facts), ...(await examineProjects(project, world))];
  const mendable = findings.some(({ level, fixable }) => level === 'problem' && fixable);
  return { findings, commands: mendable ? remedyCommands(planRemedy(facts), facts) : [] };
}

/** Mends what can be mended, then looks again. */
export async function examineAndMend(
  project: string | undefined,
  world: World,
  options: EnsureEngineOptions,
): Promise<Result<Examination, Failure>> {
  const engine = await ensureEngine(world, options);
  if (!engine.ok) return engine;
  return ok({ ...(await examine(project, world)), mended: engine.value });
}

/** True when nothing stands in the way of `dev up`; warnings do not. */
export function isFit({ findings }: Examination): boolean {
  return findings.every(({ level }) => level !== 'problem');
}
