import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';

/** A mount in short form, taken apart. */
export interface VolumeSpec {
  type: 'bind' | 'volume';
  source: string;
  target: string;
  readOnly: boolean;
  noCopy: boolean;
  propagation: string;
  selinux: string;
}

const PROPAGATIONS = new Set(['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave']);

/** Reads `source:target:options` and its shorter forms. Fails with the reason, in words. */
export function parseVolume(spec: string): Result<VolumeSpec, string> {
  const volume: VolumeSpec = {
    type: 'volume',
    source: '',
    target: '',
    readOnly: false,
    noCopy: false,
    propagation: '',
    selinux: '',
  };
  const bytes = Buffer.byteLength(spec);
  if (bytes === 0) return fail('it is empty');
  if (bytes <= 2) return ok({ ...volume, target: spec });
  const sections = split(spec);
  for (const [index, section] of sections.entries()) {
    const last = index === sections.length - 1;
    if (section === '') return fail('a section between colons is empty');
    if (volume.source === '' && last) volume.target = section;
    else if (volume.source === '') volume.source = section;
    else if (volume.target === '') volume.target = section;
    else if (!last) return fail('too many colons');
    else setOptions(volume, section);
  }
  if (isFilePath(volume.source)) volume.type = 'bind';
  return ok(volume);
}

/** Cuts at colons, but not at the one of a Windows drive. */
function split(spec: string): string[] {
  const sections: string[] = [];
  let section = '';
  for (const char of spec) {
    if (char === ':' && !/^\p{L}$/u.test(section)) {
      sections.push(section);
      section = '';
    } else {
      section += char;
    }
  }
  sections.push(section);
  return sections;
}

function setOptions(volume: VolumeSpec, text: string): void {
  for (const option of text.split(',')) {
    if (option === 'ro') volume.readOnly = true;
    else if (option === 'rw') volume.readOnly = false;
    else if (option === 'nocopy') volume.noCopy = true;
    else if (option === 'z' || option === 'Z') volume.selinux = option;
    else if (PROPAGATIONS.has(option)) volume.propagation = option;
  }
}

function isFilePath(source: string): boolean {
  if (source === '') return false;
  return /^[./~]/.test(source) || source.startsWith('\\\\') || /^\p{L}:/u.test(source);
}
