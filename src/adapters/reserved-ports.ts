import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

type Protocol = 'tcp' | 'udp';

/** Where Windows' own program is, first by the person's PATH. */
const PROGRAMS = ['netsh.exe', '/mnt/c/Windows/System32/netsh.exe'];
const LIMIT_MS = 5_000;

/** The ranges in the table that `netsh interface ipv4 show excludedportrange` prints, in any language. */
export function excludedRanges(text: string): readonly PortRange[] {
  return [...text.matchAll(/^\s*(\d{1,5})\s+(\d{1,5})\s*\*?\s*$/gm)].map(([, first, last]) => ({
    first: Number(first),
    last: Number(last),
  }));
}

/** Whether this is a Linux in Windows, whose ports Windows hands on. */
function isInWindows(): boolean {
  try {
    return /microsoft/i.test(readFileSync('/proc/sys/kernel/osrelease', 'utf8'));
  } catch {
    return false;
  }
}

function output(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: LIMIT_MS, encoding: 'latin1' }, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
  });
}

const asked = new Map<Protocol, Promise<readonly PortRange[]>>();

async function ask(protocol: Protocol): Promise<readonly PortRange[]> {
  if (!isInWindows()) return [];
  const args = ['interface', 'ipv4', 'show', 'excludedportrange', `protocol=${protocol}`];
  for (const program of PROGRAMS) {
    const text = await output(program, args);
    if (text !== undefined) return excludedRanges(text);
  }
  return [];
}

/** Ports that Windows keeps for itself (Hyper-V and others take them at its start); none elsewhere. Asked once. */
export function windowsReserved(protocol: Protocol): Promise<readonly PortRange[]> {
  const known = asked.get(protocol) ?? ask(protocol);
  asked.set(protocol, known);
  return known;
}
