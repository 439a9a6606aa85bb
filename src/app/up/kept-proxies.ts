import { dependenciesOf } from '../../plan/compose-view.ts';
import type { Plan } from '../../plan/step.ts';
import { mappingAt, type PlainMapping } from '../../model/plain.ts';
import type { Told } from './tell-once.ts';

/** Proxies that look names up when they start, and put what did not answer aside for seconds. */
const KEEPS_ADDRESSES =
  /(?:^|[-_./])(?:nginx|openresty|haproxy|httpd|apache|varnish|proxy|gateway)\b/;

/**
 * What went on running in front of services that were made anew. Until a proxy tries them again it
 * answers 502, as with Compose, though everything is up: who does not know that looks for a fault.
 */
export function keptProxies(
  { steps, unchanged }: Pick<Plan, 'steps' | 'unchanged'>,
  document: PlainMapping,
): readonly Told[] {
  const anew = new Set(
    steps.flatMap(({ action }) => (action.kind === 'recreate' ? [action.service] : [])),
  );
  if (anew.size === 0) return [];
  return unchanged.flatMap((name) => {
    const service = mappingAt(mappingAt(document, 'services'), name);
    const behind = dependenciesOf(service).filter((one) => anew.has(one));
    const image = typeof service['image'] === 'string' ? service['image'] : '';
    if (behind.length === 0 || !(KEEPS_ADDRESSES.test(name) || KEEPS_ADDRESSES.test(image))) {
      return [];
    }
    const restart = `depends_on: { ${behind[0] ?? ''}: { condition: service_started, restart: true } }`;
    const text =
      `${name} ran on while ${behind.join(', ')} behind it was made anew: it may answer 502 for some seconds ` +
      `(dev up --recreate=${name}; \`${restart}\` makes it anew by itself)`;
    return [{ key: `ran on ${name}`, text }];
  });
}
