import type { Failure } from '../../events/failure.ts';

/** Why no file is written under a name: others would take it for what it is called. */
export function nameNotKept(file: string): Failure | undefined {
  const [, unpacked = '', packing] = /^(.*?)\.(zst|bz2|xz|zip)$/i.exec(file) ?? [];
  if (packing !== undefined) {
    const what = `dev data export does not pack with ${packing}`;
    return { reason: 'usage', what, cure: `Name it ${unpacked}.gz` };
  }
  if (file !== '-') return undefined;
  const what = 'dev data export writes files, not to stdout';
  return { reason: 'usage', what, cure: 'Name a file: ./- if it is to be called so' };
}
