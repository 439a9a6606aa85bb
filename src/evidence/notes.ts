import { answerText } from './answer-text.ts';
import type { EngineQuestion, LabelledAnswer } from './engine-evidence.ts';
import type { PortAnswer } from './evidence.ts';
import type { LookKind, ReadAnswer } from './file-evidence.ts';

/** Questions with their answers, as they are gathered. */
export class Notes {
  readonly reads = new Map<string, ReadAnswer>();
  readonly looks: Readonly<Record<LookKind, Map<string, string>>> = {
    abandoned: new Map(),
    exists: new Map(),
    isDirectory: new Map(),
    linkTarget: new Map(),
    list: new Map(),
    mode: new Map(),
    modifiedMs: new Map(),
    realPath: new Map(),
    stat: new Map(),
  };
  readonly engine = new Map<EngineQuestion, string>();
  readonly details = new Map<string, string>();
  readonly ports = new Map<string, PortAnswer>();
  readonly takenAtMs: number;
  project: string | undefined;
  labelled: LabelledAnswer | undefined;
  /** More than questions that can be asked again. */
  isSpoilt = false;

  constructor(takenAtMs: number) {
    this.takenAtMs = takenAtMs;
  }

  /** Two answers to one question: it changed meanwhile. */
  note<K, V>(into: Map<K, V>, key: K, answer: V): void {
    if (into.has(key) && answerText(into.get(key)) !== answerText(answer)) this.isSpoilt = true;
    into.set(key, answer);
  }
}

/** Whatever does something besides answering. */
export const doingWith =
  (notes: Notes) =>
  <A extends readonly unknown[], T>(act: (...args: A) => T) =>
  (...args: A): T => {
    notes.isSpoilt = true;
    return act(...args);
  };

/** Every method of these does something, or asks what is not asked again. */
export function spoiling<T extends object>(methods: T, notes: Notes): T {
  const entries = Object.entries(methods).map(([name, method]: [string, unknown]) => [
    name,
    typeof method !== 'function'
      ? method
      : (...args: unknown[]): unknown => {
          notes.isSpoilt = true;
          return Reflect.apply(method, methods, args) as unknown;
        },
  ]);
  // The same names with functions of the same types.
  return Object.fromEntries(entries) as T;
}
