import type { ProbeDefinition, ProbeStageDefinition } from '../model/probe.ts';
import type { Send } from '../ports/prober.ts';
import { findCulprits } from './culprit.ts';
import { judgeAnswer, type ProbeVerdict } from './verdict.ts';
import { entryRequest, stageRequest, type Addressing, type Published } from './wire.ts';

/** What one step of a probe came to. */
export interface ProbeStepResult {
  /** `through` for the request through the whole stack, else the stage's name. */
  readonly stage: string;
  readonly service: string | undefined;
  /** Where it was sent: a URL, or `postgres db:5432`. */
  readonly address: string;
  readonly verdict: ProbeVerdict;
  /** The stage that is to blame, when this one only fails because that one does. */
  readonly because?: string;
}

export interface ProbeResult {
  readonly name: string;
  readonly ok: boolean;
  /** The request through the whole stack first; without it when one stage was asked for. */
  readonly steps: readonly ProbeStepResult[];
  /** The first stage that fails by itself; `through` when only the whole way does. */
  readonly failedStage?: string;
}

export const THROUGH = 'through';

/** Everything that sending takes. */
export interface ProbeRoom {
  readonly addressing: Addressing;
  readonly published: Published;
  readonly sendFromHost: Send;
  readonly sendFromInside: Send;
  /** Called with every step as it is done, in order. */
  readonly onStep?: (step: ProbeStepResult) => void;
}

/** The address of a request as people write it. */
function addressOf(request: ReturnType<typeof stageRequest>): string {
  if (request.protocol === 'http') return `${request.method} ${request.url}`;
  const protocol = request.protocol === 'greeting' ? request.kind : request.protocol;
  return `${protocol} ${request.host}:${request.port}`;
}

async function sendThrough(probe: ProbeDefinition, room: ProbeRoom): Promise<ProbeStepResult> {
  const { from, request } = entryRequest(probe.request, room.published, room.addressing);
  const send = from === 'host' ? room.sendFromHost : room.sendFromInside;
  const verdict = judgeAnswer(await send(request), probe.request.expect);
  return { stage: THROUGH, service: undefined, address: addressOf(request), verdict };
}

async function sendToStage(stage: ProbeStageDefinition, room: ProbeRoom): Promise<ProbeStepResult> {
  const request = stageRequest(stage, room.addressing);
  const verdict = judgeAnswer(await room.sendFromInside(request), stage.expect);
  return { stage: stage.name, service: stage.service, address: addressOf(request), verdict };
}

/**
 * Sends a probe through the whole stack and then into each stage, one after the other: side by side
 * they would slow each other down, and mix in the logs.
 * @param only the name of the one stage to send to.
 */
export async function runProbe(
  probe: ProbeDefinition,
  room: ProbeRoom,
  only?: string,
): Promise<ProbeResult> {
  const steps: ProbeStepResult[] = [];
  const add = (step: ProbeStepResult): void => {
    steps.push(step);
    room.onStep?.(step);
  };
  if (only === undefined) add(await sendThrough(probe, room));
  const stages = probe.stages.filter(({ name }) => only === undefined || name === only);
  for (const stage of stages) add(await sendToStage(stage, room));

  const failed = new Set(steps.filter(({ verdict }) => !verdict.ok).map(({ stage }) => stage));
  const { culprits, because } = findCulprits(stages, failed);
  const blamed = culprits[0] ?? (failed.has(THROUGH) ? THROUGH : undefined);
  const told = steps.map((step) => {
    const cause =
      step.stage === THROUGH && !step.verdict.ok ? culprits[0] : because.get(step.stage);
    return cause === undefined ? step : { ...step, because: cause };
  });
  return {
    name: probe.name,
    ok: failed.size === 0,
    steps: told,
    ...(blamed !== undefined && { failedStage: blamed }),
  };
}
