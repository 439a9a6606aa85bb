import { join, parse } from 'node:path';

/**
 * Folders of distributions with the certificates that were added to the system's: a file each. Debian
 * and Alpine, SUSE, Fedora, Arch; and the program that takes what lies there.
 */
export const SYSTEM_ANCHORS = [
  { folder: '/usr/local/share/ca-certificates', program: 'update-ca-certificates' },
  { folder: '/etc/pki/trust/anchors', program: 'update-ca-certificates' },
  { folder: '/etc/pki/ca-trust/source/anchors', program: 'update-ca-trust' },
  { folder: '/etc/ca-certificates/trust-source/anchors', program: 'update-ca-trust' },
] as const;

const ANCHOR_NAME = /^onestack-[0-9a-f]{8,64}$/;

/** What the certificate of a project is called in every store. */
export const anchorName = (id: string): string => `onestack-${id}`;

/** Whether it is one of ours: of any project. */
export const isAnchorName = (name: string): boolean => ANCHOR_NAME.test(name);

/** Paths of what was added to the system's by people and their administrators; nothing of the tool's own. */
export function anchorFiles(files: {
  list(path: string): readonly string[];
  isDirectory(path: string): boolean;
}): readonly string[] {
  return SYSTEM_ANCHORS.flatMap(({ folder }) =>
    files.list(folder).flatMap((name) => {
      const path = join(folder, name);
      // Debian takes those of subfolders, too.
      return files.isDirectory(path) ? files.list(path).map((one) => join(path, one)) : [path];
    }),
  ).filter((path) => {
    const { name, ext } = parse(path);
    return /^\.(?:crt|pem|cer)$/.test(ext) && !isAnchorName(name);
  });
}
