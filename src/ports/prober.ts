/** A request that names everything it needs: no service names to look up, no definitions. */
export type WireRequest =
  | {
      readonly protocol: 'http';
      readonly url: string;
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
      /** PEM file with the only authorities to trust; the system's when not given. */
      readonly caFile?: string;
      readonly timeoutMs: number;
    }
  | {
      readonly protocol: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly timeoutMs: number;
    }
  | {
      /** Some bytes that are answered in a way that gives the kind of service away. */
      readonly protocol: 'greeting';
      /** Name of a `ServiceKind`. */
      readonly kind: string;
      readonly host: string;
      readonly port: number;
      readonly timeoutMs: number;
    }
  | {
      readonly protocol: 'postgres' | 'redis';
      readonly host: string;
      readonly port: number;
      readonly credentials: DatabaseCredentials;
      readonly timeoutMs: number;
    };

/** How to log in. A password is read from its file by whoever sends: it never travels. */
export interface DatabaseCredentials {
  readonly user?: string;
  readonly database?: string;
  readonly passwordFile?: string;
  /** Only where the definition has it in plain sight. */
  readonly password?: string;
}

/** Why no answer came, as far as it can be told from outside. */
export type TransportCause =
  /** The name does not resolve. */
  | 'dns'
  /** Nothing listens there. */
  | 'refused'
  /** No way there: no route, host down. */
  | 'unreachable'
  /** The handshake or the certificate. */
  | 'tls'
  | 'timeout'
  /** The other side closed the connection in the middle. */
  | 'closed'
  /** The other side speaks something else. */
  | 'protocol'
  /** The database rejects user or password. */
  | 'credentials';

/** What came of a request. */
export interface ProbeAnswer {
  readonly durationMs: number;
  readonly outcome:
    | {
        readonly kind: 'answered';
        /** HTTP status; undefined for other protocols. */
        readonly status?: number;
        /** UTF-8 text, cut at 1 MiB. */
        readonly body: string;
      }
    | { readonly kind: 'failed'; readonly cause: TransportCause; readonly message: string };
}

/** Sends one request and waits for its answer. Never rejects: whatever happens is an answer. */
export type Send = (request: WireRequest) => Promise<ProbeAnswer>;

/** Requests from inside the environment's network, over one link that stays open. */
export interface NetworkProber {
  readonly send: Send;
  close(): void;
}
