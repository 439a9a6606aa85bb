import type { MissingImages } from '../../engine/bring-service-images.ts';
import type { Failure } from '../../events/failure.ts';
import type { DesiredService } from '../../plan/desired.ts';
import type { ApplyRequest } from './apply-plan.ts';

/** Services that cannot be brought up without these, however far they depend on them. */
function dependentsOf(
  names: ReadonlySet<string>,
  desired: readonly DesiredService[],
): ReadonlySet<string> {
  const broken = new Set(names);
  // In dependency order: one look at each is enough.
  for (const { name, dependsOn } of desired) {
    if (dependsOn.some((other) => broken.has(other))) broken.add(name);
  }
  return broken;
}

/**
 * What is left of a plan where some images cannot be had: their services and all that depend on them
 * stay as they are, everything else goes on.
 */
export function withoutImages(
  request: ApplyRequest,
  missing: MissingImages,
): { readonly request: ApplyRequest; readonly failures: readonly Failure[] } {
  const forbidden = request.images.forbidden.map(({ service, reference }): Failure => ({
    reason: 'image',
    what: `${service}: the image ${reference} is not here, and pull_policy: never forbids to pull it`,
    cure: `Bring it (docker load, docker pull ${reference}), or take pull_policy away.`,
  }));
  const lost = new Set([
    ...request.images.forbidden.map(({ service }) => service),
    ...[...missing.keys()].flatMap(({ services }) => services),
  ]);
  if (lost.size === 0) return { request, failures: [] };
  const { desired } = request.prepared;
  const broken = dependentsOf(lost, desired);
  const operations = request.plan.operations.filter(
    ({ operation }) => operation.kind === 'remove' || !broken.has(operation.service),
  );
  const awaited = request.awaited.filter(({ name }) => !broken.has(name));
  const failures = [...missing].map(([{ services }, failure]) => {
    const others = [...dependentsOf(new Set(services), desired)].filter(
      (name) => !services.includes(name),
    );
    const left = `without it, nothing was done about ${others.join(', ')}`;
    return others.length === 0
      ? failure
      : { ...failure, detail: [...(failure.detail ?? []), left] };
  });
  return {
    request: { ...request, plan: { ...request.plan, operations }, awaited },
    failures: [...forbidden, ...failures],
  };
}
