import type { Places } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';
import type { Host } from '../../ports/host.ts';
import { addressOf, parseRouterPorts, parseRouterRecord } from '../../router/record.ts';
import type { ServiceUrl } from '../urls.ts';
import { recordPlace, routerFolders } from './places.ts';

/** The addresses by name that a project has, its own first; none where there is no router. */
export function namedUrls(
  { id }: Pick<Places, 'id'>,
  instance: string,
  {
    files,
    host,
  }: { readonly files: Pick<Files, 'read'>; readonly host: Pick<Host, 'home' | 'environment'> },
): readonly ServiceUrl[] {
  const places = routerFolders(host);
  const read = files.read(recordPlace(places, id));
  const record = read.ok && read.value !== undefined ? parseRouterRecord(read.value) : undefined;
  if (record?.instance !== instance) return [];
  const text = files.read(places.ports);
  const ports = text.ok && text.value !== undefined ? parseRouterPorts(text.value) : undefined;
  if (ports === undefined) return [];
  return record.routes.map(({ host: name, service, port }) => ({
    service,
    containerPort: port,
    url: addressOf(name, ports),
  }));
}
