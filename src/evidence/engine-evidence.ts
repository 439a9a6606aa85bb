/** What was asked of the engine, and whether it would answer the same. */
import { isYoung } from '../engine/standing.ts';
import type { ContainerDetail, ContainerSummary } from '../ports/engine-containers.ts';
import type { EngineGreeting } from '../ports/engine.ts';
import type { NearEngine } from '../ports/near-world.ts';
import { sha256 } from '../util/sha256.ts';
import { answerText } from './answer-text.ts';

export interface EngineEvidence {
  /** The project that the engine was asked about, and what it answered: question → digest. */
  readonly project: string;
  readonly engine: Readonly<Record<EngineQuestion, string>>;
  /** Containers that belong to no project were asked for by these labels. */
  readonly labelled?: LabelledAnswer;
  /** Containers that were looked at more closely: id → digest of what was seen. */
  readonly details: Readonly<Record<string, string>>;
}

export interface LabelledAnswer {
  readonly labels: Readonly<Record<string, string>>;
  readonly digest: string;
}

/** The questions to the engine that belong to finding out that there is nothing to do. */
export const ENGINE_QUESTIONS = [
  'greeting',
  'containers',
  'images',
  'volumes',
  'networks',
] as const;
export type EngineQuestion = (typeof ENGINE_QUESTIONS)[number];

/** Of a container's status only what does not pass with time. */
function steady(one: ContainerSummary): unknown {
  const { status, networks, ports, volumes, ...rest } = one;
  return {
    ...rest,
    ended: one.state === 'running' ? undefined : /\((\d+)\)/.exec(status)?.[1],
    isYoung: isYoung(one),
    networks: [...networks].sort(),
    ports: ports.map(answerText).sort(),
    volumes: [...volumes].sort(),
  };
}

/** Lists come in any order. */
export function engineAnswer(answer: unknown): string {
  const lines = Array.isArray(answer)
    ? answer.map((one: unknown) => answerText(one)).sort()
    : [answerText(answer)];
  return sha256(lines.join('\n'));
}

/** @returns undefined for what is not only a matter of these answers, and for no answer. */
export async function askEngine(
  question: EngineQuestion,
  project: string,
  engine: Pick<NearEngine, EngineQuestion>,
): Promise<string | undefined> {
  switch (question) {
    case 'containers': {
      const listed = await engine.containers(project);
      return listed.ok ? containersAnswer(listed.value) : undefined;
    }
    case 'greeting': {
      const greeting = await engine.greeting();
      return greeting.ok ? greetingAnswer(greeting.value) : undefined;
    }
    default: {
      const listed = await engine[question]({});
      return listed.ok ? engineAnswer(listed.value) : undefined;
    }
  }
}

/** Of a version what the engine says with every answer: to look the rest up costs it 25 ms. */
export function greetingAnswer({ version, apiVersion }: EngineGreeting): string {
  return engineAnswer({ version, apiVersion });
}

/** Undefined where one has only just started: how it does is a question of moments. */
export function containersAnswer(containers: readonly ContainerSummary[]): string | undefined {
  if (containers.some(isYoung)) return undefined;
  return engineAnswer(containers.map(steady));
}

/** Undefined where how it does may be another thing in a moment. */
export function detailAnswer(detail: ContainerDetail): string | undefined {
  const { state, health } = detail;
  const isSteady = state === 'running' && (health === 'healthy' || health === 'none');
  // Of one that is well the last probes say nothing.
  return isSteady ? sha256(answerText({ ...detail, healthLog: [] })) : undefined;
}

/** Whether the engine answers each question as it did; they are asked at the same time. */
export async function engineHolds(
  { project, engine, labelled, details }: EngineEvidence,
  asked: NearEngine,
): Promise<boolean> {
  const closer = detailsHold(details, asked);
  const others = labelled === undefined ? true : labelledHolds(labelled, asked);
  const answers = await Promise.all(
    ENGINE_QUESTIONS.map(async (question) => ({
      question,
      answer: await askEngine(question, project, asked),
    })),
  );
  const isSame = answers.every(({ question, answer }) => answer === engine[question]);
  return (await others) && (await closer) && isSame;
}

async function labelledHolds(
  { labels, digest }: LabelledAnswer,
  asked: Pick<NearEngine, 'labelledContainers'>,
): Promise<boolean> {
  const listed = await asked.labelledContainers(labels);
  return listed.ok && containersAnswer(listed.value) === digest;
}

async function detailsHold(
  details: EngineEvidence['details'],
  asked: Pick<NearEngine, 'inspect'>,
): Promise<boolean> {
  const answers = await Promise.all(
    Object.entries(details).map(async ([id, digest]) => {
      const answer = await asked.inspect(id);
      return answer.ok && detailAnswer(answer.value) === digest;
    }),
  );
  return answers.every(Boolean);
}
