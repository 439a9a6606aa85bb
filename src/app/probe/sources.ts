import { join, resolve } from 'node:path';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import { nginxRoutes, type NginxRoute } from '../../probes/nginx.ts';

/** Source and target of a service's bind mounts, short and long form; sources as written. */
function bindMounts(service: PlainMapping): { source: string; target: string }[] {
  const { volumes } = service;
  if (!Array.isArray(volumes)) return [];
  return volumes.flatMap((volume: unknown) => {
    if (isMapping(volume)) {
      const { type, source, target } = volume;
      const bind = type === 'bind' && typeof source === 'string' && typeof target === 'string';
      return bind ? [{ source, target }] : [];
    }
    const [source = '', target = ''] = typeof volume === 'string' ? volume.split(':') : [];
    return /^[./~]/.test(source) && target !== '' ? [{ source, target }] : [];
  });
}

/** The configuration files among what is mounted into an nginx. */
function configurationTexts(service: PlainMapping, directory: string, files: Files): string[] {
  return bindMounts(service)
    .filter(({ target }) => target.startsWith('/etc/nginx'))
    .map(({ source }) => resolve(directory, source))
    .flatMap((path) =>
      files.isDirectory(path) ? files.list(path).map((name) => join(path, name)) : [path],
    )
    .flatMap((path) => {
      const text = files.isDirectory(path) ? undefined : files.read(path);
      return text?.ok === true && text.value !== undefined ? [text.value] : [];
    });
}

/**
 * The ways through each service that has nginx configuration mounted.
 * @param directory absolute: what relative paths of the merged document are relative to.
 */
export function readRoutes(
  document: PlainMapping,
  directory: string,
  files: Files,
): ReadonlyMap<string, readonly NginxRoute[]> {
  const routes = new Map<string, readonly NginxRoute[]>();
  for (const [name, service] of Object.entries(mappingAt(document, 'services'))) {
    if (!isMapping(service)) continue;
    const found = nginxRoutes(configurationTexts(service, directory, files));
    if (found.length > 0) routes.set(name, found);
  }
  return routes;
}
