import type { ServiceAction } from '../ports/orchestrator.ts';
import type { NetworkRemake } from './network-needs.ts';

/** What a service's containers need, before it is put in order with everything else. */
export type Operation = Exclude<ServiceAction, { readonly kind: 'recreate-network' }>;

/** An operation and why it is there: `recreate api: compose/dev.yaml:14 changed ports`. */
export interface PlannedOperation {
  readonly operation: Operation;
  readonly cause: string;
}

/** What all services need. */
export interface ServicePlan {
  /** Networks that are made anew, for which their containers are taken away. */
  readonly networks: readonly NetworkRemake[];
  readonly operations: readonly PlannedOperation[];
  /** Services that are right as they are. */
  readonly unchanged: readonly string[];
}
