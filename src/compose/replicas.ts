import { mappingAt, type PlainMapping } from '../model/plain.ts';

/** How many containers a service of a merged document has. */
export function replicasOf(service: PlainMapping): number {
  const scale = service['scale'] ?? mappingAt(service, 'deploy')['replicas'];
  return typeof scale === 'number' ? scale : 1;
}
