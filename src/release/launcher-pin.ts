/** The npm package that this tool is. A launcher pins a version of it, and nothing else. */
export const PACKAGE = 'onestack-dev';

/** What a launcher runs: one version, and the hash that its tarball must have. */
export interface Pin {
  /** `1.2.3`. */
  readonly version: string;
  /** As npm writes it: `sha512-` and 88 characters of base64. */
  readonly integrity: string;
}

const PIN_LINE = /^pin='([^'\n]*)'$/m;
const INTEGRITY_LINE = /^integrity='[^'\n]*'$/m;
const INTEGRITY = /^sha512-[0-9A-Za-z+/]{86}==$/;

/** True for what a launcher accepts; it goes into a shell script between quotes. */
export function isPin({ version, integrity }: Pin): boolean {
  return /^\d[\w.-]*$/.test(version) && INTEGRITY.test(integrity);
}

/** The text between the quotes of `pin='…'`; undefined for a file that is no launcher of ours. */
export function pinOf(launcher: string): string | undefined {
  return launcher.startsWith('#!/bin/sh\n') ? PIN_LINE.exec(launcher)?.[1] : undefined;
}

/** The version that is pinned; undefined for a checkout, and for what older launchers pinned. */
export function pinnedVersion(pin: string): string | undefined {
  return pin.startsWith(`${PACKAGE}@`) ? pin.slice(PACKAGE.length + 1) : undefined;
}

/**
 * A launcher with another pin. One from before hashes were pinned has no line for it, nor the code
 * that looks at it: the tool's own launcher takes its place.
 */
export function withPin(launcher: string, { version, integrity }: Pin, own: string): string {
  const base = INTEGRITY_LINE.test(launcher) ? launcher : own;
  return base
    .replace(PIN_LINE, () => `pin='${PACKAGE}@${version}'`)
    .replace(INTEGRITY_LINE, () => `integrity='${integrity}'`);
}
