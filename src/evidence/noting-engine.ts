import type { Answer, Engine } from '../ports/engine.ts';
import type { PortProbe } from '../ports/port-probe.ts';
import { answerText } from './answer-text.ts';
import {
  containersAnswer,
  detailAnswer,
  engineAnswer,
  greetingAnswer,
  type EngineQuestion,
} from './engine-evidence.ts';
import { spoiling, type Notes } from './notes.ts';

/** Notes the answers to the few questions that can be asked again; whatever else is asked spoils. */
export function notingEngine(engine: Engine, notes: Notes): Engine {
  const noted = async <T>(
    question: EngineQuestion,
    isAsked: boolean,
    answer: Answer<T>,
    digestOf: (value: T) => string | undefined,
  ): Answer<T> => {
    const given = await answer;
    const digest = given.ok && isAsked ? digestOf(given.value) : undefined;
    if (digest === undefined) notes.isSpoilt = true;
    else notes.note(notes.engine, question, digest);
    return given;
  };
  const isAll = (labels: object): boolean => Object.keys(labels).length === 0;
  return {
    ...spoiling(engine, notes),
    version: () => noted('greeting', true, engine.version(), greetingAnswer),
    containers: (project) => {
      const isAsked = notes.project === undefined || notes.project === project;
      notes.project = project;
      return noted('containers', isAsked, engine.containers(project), containersAnswer);
    },
    labelledContainers: async (labels) => {
      const listed = await engine.labelledContainers(labels);
      const digest = listed.ok ? containersAnswer(listed.value) : undefined;
      const given = digest === undefined ? undefined : { labels, digest };
      const isOther =
        notes.labelled !== undefined && answerText(notes.labelled) !== answerText(given);
      if (given === undefined || isOther) notes.isSpoilt = true;
      else notes.labelled = given;
      return listed;
    },
    inspect: async (id) => {
      const answer = await engine.inspect(id);
      const digest = answer.ok ? detailAnswer(answer.value) : undefined;
      if (digest === undefined) notes.isSpoilt = true;
      else notes.note(notes.details, id, digest);
      return answer;
    },
    images: (labels) => noted('images', isAll(labels), engine.images(labels), engineAnswer),
    volumes: (labels, options) => {
      const isAsked = isAll(labels) && options?.unused !== true;
      return noted('volumes', isAsked, engine.volumes(labels, options), engineAnswer);
    },
    networks: (labels) => noted('networks', isAll(labels), engine.networks(labels), engineAnswer),
  };
}

/** Who has a port is another question: that one spoils. */
export function notingPorts(ports: PortProbe, notes: Notes): PortProbe {
  return {
    ...spoiling(ports, notes),
    isFree: async (address, port, protocol) => {
      const isFree = await ports.isFree(address, port, protocol);
      const answer = { address, port, protocol, isFree };
      notes.note(notes.ports, [address, port, protocol].join(' '), answer);
      return isFree;
    },
  };
}
