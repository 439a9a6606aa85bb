import { mappingAt, type PlainMapping } from '../model/plain.ts';

/** Whether a service of a merged document has a health check of its own. */
export function hasHealthcheck(service: PlainMapping): boolean {
  const healthcheck = mappingAt(service, 'healthcheck');
  if (healthcheck['disable'] === true) return false;
  const { test } = healthcheck;
  return test !== undefined && !(Array.isArray(test) && test[0] === 'NONE');
}
