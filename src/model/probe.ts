/** What an answer has to be like. */
export interface Expectation {
  readonly status: readonly number[];
  /** Text that the body contains. */
  readonly contains?: string;
  /** Regular expression that the body matches. */
  readonly matches?: string;
}

/** One stop on a request's way: a service, and how to reach it directly. */
export interface StageDefinition {
  readonly name: string;
  readonly service: string;
  /** `http(s)://…` as seen from the environment's network, or `tcp://host:port`, `postgres`, `redis`. */
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly expect: Expectation;
  readonly timeoutMs: number;
}

/** A named request with its stages, in the order in which the request meets them. */
export interface ProbeDefinition {
  readonly name: string;
  /** The request through the whole stack. */
  readonly request: Omit<StageDefinition, 'name' | 'service'>;
  readonly stages: readonly StageDefinition[];
}
