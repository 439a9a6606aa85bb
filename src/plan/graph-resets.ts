import type { GraphRequest } from './graph-request.ts';
import type { PlannedOperation } from './operation.ts';
import { operationId } from './step-ids.ts';

type Reset = PlannedOperation['operation'] & { readonly kind: 'reset-data' };

function resetsOf({ operations }: GraphRequest): readonly Reset[] {
  return operations.flatMap(({ operation }) =>
    operation.kind === 'reset-data' ? [operation] : [],
  );
}

const shares = (one: Reset, other: Reset): boolean =>
  one.volumes.some((volume) => other.volumes.includes(volume));

/** The resets of services that share a volume with this one, its own among them, in their order. */
function sharingResets(service: string, request: GraphRequest): readonly Reset[] {
  const resets = resetsOf(request);
  const own = resets.find((reset) => reset.service === service);
  return own === undefined ? [] : resets.filter((reset) => reset === own || shares(reset, own));
}

/** What has to be let go before a service is made: a volume is new only when all who have it let go. */
export function resetsBefore(service: string, request: GraphRequest): readonly string[] {
  return sharingResets(service, request).map(operationId);
}

/** A reset among those that it shares volumes with: they take turns, and the last takes a volume away. */
export function resetInTurn(
  reset: Reset,
  request: GraphRequest,
): { readonly action: Reset; readonly needs: readonly string[] } {
  const all = sharingResets(reset.service, request);
  const at = all.findIndex(({ service }) => service === reset.service);
  const later = all.slice(at + 1).flatMap(({ volumes }) => volumes);
  const volumes = reset.volumes.filter((volume) => !later.includes(volume));
  return { action: { ...reset, volumes }, needs: all.slice(0, at).map(operationId) };
}
