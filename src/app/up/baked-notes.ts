import { relative } from 'node:path';
import type { Definition } from '../project/definition.ts';
import type { Told } from './tell-once.ts';

/** Mounts that modules do not have where they run as images, in whose place the commit's code is. */
export function leftOutNews({ opened, environment }: Definition): readonly Told[] {
  const { root } = opened.project;
  const shown = (path: string): string => {
    const own = relative(root, path);
    if (own === '') return '.';
    return own.startsWith('..') ? path : `./${own}`;
  };
  const services = new Map<string, string[]>();
  for (const { service, source, target, at } of environment.leftOut) {
    const from = source?.startsWith('/') === true ? shown(source) : source;
    const mount = `${from === undefined ? '' : `${from}:`}${target} (${at})`;
    services.set(mount, [...(services.get(mount) ?? []), service]);
  }
  return [...services].map(([mount, names]) => {
    const text = `${names.join(', ')}: the mount ${mount} is left out, as the image has there what the commit holds`;
    return { key: text.replaceAll(/:\d+/g, ''), text };
  });
}
