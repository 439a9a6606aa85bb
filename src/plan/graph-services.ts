import {
  compilesFor,
  groundOfAll,
  MAKES,
  networksOf,
  ownCompiles,
  remade,
  stepsOf,
} from './graph-needs.ts';
import { resetInTurn, resetsBefore } from './graph-resets.ts';
import type { StepDraft, GraphRequest } from './graph-request.ts';
import type { PlannedOperation } from './operation.ts';
import type { ServiceLinks } from '../ports/orchestrator.ts';
import { awaitId, operationId, startId, volumeId } from './step-ids.ts';

/** The steps of one service: made, started, ready; or taken away, or its data. */
export function serviceDrafts(
  { operation, cause }: PlannedOperation,
  request: GraphRequest,
): readonly StepDraft[] {
  const id = operationId(operation);
  const { service } = operation;
  if (operation.kind === 'remove') return [{ id, action: operation, cause }];
  if (operation.kind === 'reset-data') return [{ id, cause, ...resetInTurn(operation, request) }];
  const links = request.links.get(service);
  const makes = MAKES.has(operation.kind);
  const created: StepDraft = {
    id,
    action: operation,
    cause,
    needs: [
      ...groundOfAll(service, request),
      ...resetsBefore(service, request),
      ...request.volumes.map(({ name }) => volumeId(name)),
      ...networksOf(service, request),
    ],
    after: [
      // Names and addresses that they had may be wanted again.
      ...stepsOf(request, ({ kind }) => kind === 'remove'),
      // Compose makes what a service depends on with it: what is to be made anew has its own time.
      ...remade(service, request),
      // What runs goes on until all that can be done beforehand is.
      ...(operation.kind === 'create' ? [] : compilesFor(service, request)),
    ],
  };
  const started: StepDraft = {
    id: startId(service),
    action: { kind: 'start', service },
    cause: makes ? '' : cause,
    needs: [...makings(service), ...conditions(service, links, 'required')],
    after: [
      ...conditions(service, links, 'optional'),
      ...ownCompiles(service, request),
      ...portHolders(service, request),
      ...(request.volumeOwners.get(service) ?? []).flatMap(makings),
      // What is on its way out is not started with the rest.
      ...stepsOf(request, ({ kind, service: other }) => kind === 'remove' && other === service),
    ],
  };
  const ready: StepDraft = {
    id: awaitId(service),
    action: { kind: 'await', service },
    needs: [startId(service)],
  };
  return [...(makes ? [created] : []), started, ready];
}

function makings(service: string): readonly string[] {
  return [...MAKES].map((kind) => `${kind}:${service}`);
}

/** What has to have happened to the services that one depends on; or, of optional ones, been tried. */
function conditions(
  service: string,
  links: ServiceLinks | undefined,
  which: 'required' | 'optional',
): readonly string[] {
  return [...(links?.dependsOn ?? [])].flatMap(([other, condition]) => {
    const isOptional = links?.optional.has(other) === true;
    if (other === service || isOptional !== (which === 'optional')) return [];
    return condition === 'started' ? [startId(other)] : [startId(other), awaitId(other)];
  });
}

/** The steps that free a host port which another service's old container still has. */
function portHolders(service: string, request: GraphRequest): readonly string[] {
  const wanted = new Set(request.links.get(service)?.hostPorts ?? []);
  if (wanted.size === 0) return [];
  return stepsOf(
    request,
    (operation) =>
      operation.service !== service &&
      operation.kind !== 'start' &&
      (request.heldPorts.get(operation.service) ?? []).some((port) => wanted.has(port)),
  );
}
