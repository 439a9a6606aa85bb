import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import type { Condition, ServiceLinks } from '../ports/orchestrator.ts';
import { conditionOf, dependenciesOf, optionalOf } from './compose-view.ts';

const CONDITIONS: Readonly<Record<string, Condition>> = {
  service_healthy: 'healthy',
  service_completed_successfully: 'ended',
};

/** `8000-8002` → each of them; of what is no range, itself. */
function portsOf(published: string): readonly string[] {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(published) ?? [];
  const length = Number(to) - Number(from) + 1;
  if (!(length > 0)) return [published];
  return Array.from({ length }, (_, index) => String(Number(from) + index));
}

/** `published` of each port, which are in the long form; where there is none, the engine decides. */
function publishedPorts(service: PlainMapping): readonly string[] {
  const ports: readonly unknown[] = Array.isArray(service['ports']) ? service['ports'] : [];
  return ports.flatMap((port) => {
    const { published, protocol = 'tcp' } = isMapping(port) ? port : {};
    const hasPort = typeof published === 'string' || typeof published === 'number';
    if (!hasPort || typeof protocol !== 'string') return [];
    return portsOf(String(published)).map((one) => `${one}/${protocol}`);
  });
}

/** Texts that Compose writes into a container as it starts it; files are mounted by the engine. */
function hasInlineText(document: PlainMapping, service: PlainMapping): boolean {
  return ['configs', 'secrets'].some((kind) => {
    const used: readonly unknown[] = Array.isArray(service[kind]) ? service[kind] : [];
    return used.some((one) => {
      const source = isMapping(one) ? one['source'] : one;
      const definition = mappingAt(mappingAt(document, kind), String(source));
      return 'content' in definition || 'environment' in definition;
    });
  });
}

/** Keys of a service that Compose deals with when it starts it. */
const AT_START = ['post_start', 'provider', 'models', 'use_api_socket'];

/** The links of one service of a merged document. */
export function serviceLinks(document: PlainMapping, name: string): ServiceLinks {
  const service = mappingAt(mappingAt(document, 'services'), name);
  const dependsOn = new Map(
    dependenciesOf(service).map((other) => [
      other,
      CONDITIONS[conditionOf(service, other) ?? ''] ?? ('started' as const),
    ]),
  );
  return {
    dependsOn,
    optional: new Set(optionalOf(service)),
    hostPorts: publishedPorts(service),
    startedByCompose: hasInlineText(document, service) || AT_START.some((key) => key in service),
  };
}
