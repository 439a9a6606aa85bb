import { isMapping } from '../../model/plain.ts';
import { licenceNamed } from './licence-names.ts';
import type { ShippedPackage } from './licences.ts';

const NODE = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/@.][^/]*)\/package\.json$/;
const PYTHON = /\.(?:dist|egg)-info\/(?:METADATA|PKG-INFO)$/;

/** `MIT`; of old packages `{ type: MIT }`, or a list of those, any of which may be chosen. */
function licenceOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (Array.isArray(value)) {
    const all = value.map(licenceOf).filter((one) => one !== undefined);
    return all.length === 0 ? undefined : all.join(' OR ');
  }
  return isMapping(value) ? licenceOf(value['type']) : undefined;
}

function nodeManifest(text: string): ShippedPackage | undefined {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isMapping(manifest)) return undefined;
  const { name, version, license, licenses } = manifest;
  if (typeof name !== 'string' || typeof version !== 'string') return undefined;
  return { name, version, type: 'npm', licence: licenceOf(license) ?? licenceOf(licenses) };
}

const named = (said: string | undefined): string | undefined =>
  said === undefined ? undefined : licenceNamed(said);

/** Licence fields of Python's metadata, the exact one first; some write all of their licence into one. */
function pythonManifest(text: string): ShippedPackage | undefined {
  const head = text.split(/\r?\n\r?\n/)[0] ?? '';
  const of = (field: string): string | undefined =>
    new RegExp(`^${field}: *(\\S.*?)\\s*$`, 'm').exec(head)?.[1];
  const [name, version] = [of('Name'), of('Version')];
  if (name === undefined || version === undefined) return undefined;
  const said = of('License');
  const written = said === 'UNKNOWN' ? undefined : said;
  const classified = /^Classifier: License ::.*:: *([^:\n]+?)\s*$/m.exec(head)?.[1];
  const licence = of('License-Expression') ?? named(written) ?? named(classified);
  return { name, version, type: 'pypi', licence };
}

/** What an installed package says of itself; undefined for any other file. */
export function shippedPackage(path: string, text: () => string): ShippedPackage | undefined {
  if (NODE.test(path)) return nodeManifest(text());
  return PYTHON.test(path) ? pythonManifest(text()) : undefined;
}
