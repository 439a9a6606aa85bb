/** What an answer has to be like. */
export interface Expectation {
  /** Allowed statuses; empty: any below 400. */
  readonly status: readonly number[];
  /** Text that the body contains. */
  readonly contains?: string;
  /** Regular expression that the body matches. */
  readonly matches?: string;
}

/** A request as a probe sends it. */
export interface ProbeRequest {
  /**
   * As seen from the environment's network: `http(s)://SERVICE[:PORT]/…`, `tcp://SERVICE:PORT`,
   * or the name of a `ServiceKind`, such as `postgres`. Bare, that means the stage's service with its
   * credentials; `postgres://SERVICE[:PORT][/DATABASE]` and `redis://SERVICE[:PORT]` name more of it.
   */
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly expect: Expectation;
  readonly timeoutMs: number;
}

/** One stop on a request's way: a service, and how to reach it directly. */
export interface ProbeStageDefinition extends ProbeRequest {
  readonly name: string;
  readonly service: string;
  /**
   * Name of the stage that calls this one. Not given: the stage before it in the list. So
   * `proxy → api → pricing`, `api → db` is four stages, the last with `after: api`.
   */
  readonly after?: string;
}

/** A named request with its stages, in the order in which the request meets them. */
export interface ProbeDefinition {
  readonly name: string;
  /**
   * The request through the whole stack, sent from the host: a service's address in it is replaced
   * by the host port that the service publishes.
   */
  readonly request: ProbeRequest;
  readonly stages: readonly ProbeStageDefinition[];
}
