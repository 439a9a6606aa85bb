import { ownLine } from '../util/terminal-text.ts';
import { unreachable } from '../util/unreachable.ts';
import type { NetworkRemake } from './network-needs.ts';

/** One step of a plan. The executor carries it out and decides nothing. */
export type Operation =
  | { readonly kind: 'reset-data'; readonly service: string; readonly volumes: readonly string[] }
  | { readonly kind: 'remove'; readonly service: string; readonly containerId: string }
  | { readonly kind: 'create'; readonly service: string }
  | { readonly kind: 'scale'; readonly service: string }
  | { readonly kind: 'start'; readonly service: string }
  | { readonly kind: 'recreate'; readonly service: string };

/** An operation and why it is there: `recreate api: compose/dev.yaml:14 changed ports`. */
export interface PlannedOperation {
  readonly operation: Operation;
  readonly cause: string;
}

export interface Plan {
  /** Done before everything else: their containers are taken away, and the networks. */
  readonly networks: readonly NetworkRemake[];
  readonly operations: readonly PlannedOperation[];
  /** Services that are right as they are. */
  readonly unchanged: readonly string[];
}

function subject(operation: Operation): string {
  switch (operation.kind) {
    case 'reset-data':
      return `reset data of ${operation.service} (${operation.volumes.join(', ')})`;
    case 'remove':
    case 'create':
    case 'scale':
    case 'start':
    case 'recreate':
      return `${operation.kind} ${operation.service}`;
    default:
      return unreachable(operation);
  }
}

/** `recreate network back (internal) → stops api, db`. */
export function remakeText({ key, differences, services }: NetworkRemake): string {
  return `recreate network ${key} (${differences.join(', ')}) → stops ${services.join(', ')}`;
}

/** The plan as people read it and tests compare it: a line an operation; `nothing to do`. */
export function planText(plan: Plan): string {
  if (plan.operations.length === 0) return 'nothing to do\n';
  const lines = [
    ...plan.networks.map(remakeText),
    ...plan.operations.map(({ operation, cause }) => `${subject(operation)}: ${cause}`),
  ];
  return lines.map((line) => `${ownLine(line)}\n`).join('');
}
