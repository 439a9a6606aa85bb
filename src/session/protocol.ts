/**
 * What goes over `.dev/session.sock`: newline-delimited JSON, both ways, UTF-8.
 *
 *     client                                   session
 *       │ ◄────────────── hello (protocol, pid) ──│   on connect
 *       │── subscribe ──────────────────────────► │
 *       │ ◄──────────────────────────── snapshot ─│   the whole state, then every event after it
 *       │ ◄─────────────────────────────── event ─│ …
 *       │── intent (id) ────────────────────────► │
 *       │ ◄────────────────────────── answer (id) │   accepted or not; what it does comes as events
 *
 * A client that does not read is not waited for: past MAX_CLIENT_BACKLOG_BYTES it gets no events,
 * and once it has read what it was sent, `lagged` and a new snapshot. One that reads nothing for
 * CLIENT_STALL_MS is cut off. A line longer than MAX_LINE_BYTES (to a client:
 * MAX_SNAPSHOT_BYTES) ends the connection.
 */
import * as z from 'zod/mini';
import type { Failure } from '../events/failure.ts';
import type { SessionEvent } from '../events/session-event.ts';
import { CHECK_KINDS } from '../model/checks.ts';
import type { SessionState } from '../state/session-state.ts';
import type { Result } from '../util/result.ts';

export {
  CLIENT_STALL_MS,
  MAX_CLIENT_BACKLOG_BYTES,
  MAX_LINE_BYTES,
  MAX_SNAPSHOT_BYTES,
  PROTOCOL_VERSION,
} from './protocol-limits.ts';

const checkKind = z.enum(CHECK_KINDS);

/** What a client wants done. The views and commands send these; only the session acts. */
export const intentSchema = z.discriminatedUnion('kind', [
  /** Run checks now. No modules: all of them; no checks: all that the settings want. */
  z.object({
    kind: z.literal('run-check'),
    modules: z.optional(z.array(z.string())),
    only: z.optional(z.array(checkKind)),
  }),
  z.object({ kind: z.literal('cancel-checks'), modules: z.optional(z.array(z.string())) }),
  z.object({ kind: z.literal('restart-service'), service: z.string() }),
  z.object({ kind: z.literal('recreate-service'), service: z.string() }),
  /** Recreates the service with empty data volumes. The client has asked the person. */
  z.object({ kind: z.literal('reset-data'), service: z.string() }),
  /** Written to the settings file, comments kept. Without `on` it is turned over. */
  z.object({ kind: z.literal('toggle-module'), module: z.string(), on: z.optional(z.boolean()) }),
  z.object({
    kind: z.literal('toggle-check'),
    module: z.string(),
    check: checkKind,
    on: z.optional(z.boolean()),
  }),
  /** Without a module: watching as a whole. */
  z.object({
    kind: z.literal('toggle-watch'),
    module: z.optional(z.string()),
    on: z.optional(z.boolean()),
  }),
  /** Answers a plan that waits (`apply: ask`). */
  z.object({ kind: z.literal('answer-plan'), plan: z.number(), apply: z.boolean() }),
  /** Read the definition files again, as if one had been edited. */
  z.object({ kind: z.literal('reload') }),
  /**
   * `dev up` has done its work: what it compiled is to be told, and a plan that waits for an answer,
   * or could not be carried out, to be made again. What the definition's files take from variables,
   * they take from those of whoever brought it up last. What failed for it would fail again at once, and
   * is told already: such a plan waits for the next edit.
   */
  z.object({
    kind: z.literal('brought-up'),
    failed: z.optional(z.boolean()),
    environment: z.optional(z.record(z.string(), z.string())),
  }),
  z.object({ kind: z.literal('stop'), reason: z.string() }),
]);
export type Intent = z.infer<typeof intentSchema>;

export const clientMessageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('subscribe'),
    /** Whether running checks' output is wanted, too; it is most of the traffic. */
    output: z.boolean(),
  }),
  z.object({ kind: z.literal('intent'), id: z.number(), intent: intentSchema }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** What an accepted intent comes to. `save` is the number that its checks will carry. */
export interface IntentAnswer {
  /** The save that asked-for checks carry; none when there is nothing to check. */
  readonly save?: number;
  /** Of `brought-up`: what is wrong with services that run, as far as the engine knows. */
  readonly troubles?: readonly Failure[];
}

export type ServerMessage =
  | {
      readonly kind: 'hello';
      readonly protocol: number;
      readonly version: string;
      readonly pid: number;
      readonly project: string;
    }
  | { readonly kind: 'snapshot'; readonly state: SessionState }
  | { readonly kind: 'event'; readonly event: SessionEvent }
  | { readonly kind: 'lagged'; readonly dropped: number }
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly result: Result<IntentAnswer, Failure>;
    };
