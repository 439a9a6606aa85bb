import { DEFAULT_SMOKE, type PipelineDefinition } from '../model/pipeline.ts';
import { parseDuration } from '../util/duration.ts';
import type { RawPipeline } from './project-schema.ts';

/** What a schema-valid `dev.yaml` says of the pipeline. */
export function pipelineOf(raw: RawPipeline | undefined): PipelineDefinition {
  const { smoke } = raw ?? {};
  if (smoke === false) return { smoke: undefined };
  const timeoutMs = smoke?.timeout === undefined ? undefined : parseDuration(smoke.timeout);
  return {
    smoke: {
      timeoutMs: timeoutMs ?? DEFAULT_SMOKE.timeoutMs,
      kill: smoke?.kill ?? DEFAULT_SMOKE.kill,
    },
  };
}
