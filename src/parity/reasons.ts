import type { Module } from '../model/module.ts';
import type { ParityCategory, ParityReason } from '../model/parity.ts';

/** A difference that is meant, and why. */
export interface Reason {
  readonly category: ParityCategory;
  /** Names that it speaks of. */
  readonly name: RegExp;
  /** What the value has to be in development, and in the other context; `absent`: not there. */
  readonly dev?: RegExp | 'absent';
  readonly other?: RegExp | 'absent';
  /** Only in modules, only in libraries, or only in this service; in all by default. */
  readonly of?: 'module' | 'library' | { readonly service: string };
  readonly why: string;
}

const PERSON = 'files made in the repository belong to the person at the keyboard, not to app';
const CAS =
  'development trusts the project’s own authority and the company’s: it mounts their bundle';

/**
 * Differences that the product makes on purpose between development and production. All others are
 * faults. A project may add its own, with a line of why.
 */
export const REASONS: readonly Reason[] = [
  {
    ...{ category: 'mount', of: 'module', name: /^\/workspace(?:\/|$)/, other: 'absent' },
    why: 'development mounts the repository; production has the artifact in its image',
  },
  {
    ...{ category: 'mount', of: 'module', name: /^\/app(?:\/|$)/, other: 'absent' },
    why: 'what a Compose file mounts over the code is left out where the image has it',
  },
  {
    ...{ category: 'mount', of: 'module', name: /^\/var\/cache\/onestack$/, other: 'absent' },
    why: 'development keeps the caches of package managers and compilers',
  },
  {
    ...{ category: 'mount', of: 'module', name: /^\/home\/app$/, other: 'absent' },
    why: 'development’s home folder is the person’s, and empty',
  },
  {
    ...{ category: 'mount', of: 'module', name: /^\/etc\/onestack\/run-module$/, other: 'absent' },
    why: 'development restarts the process in its container after a compile',
  },
  {
    ...{ category: 'mount', of: 'module', other: 'absent' },
    name: /^\/etc\/(?:onestack\/ca-bundle\.crt|ssl\/certs\/)/,
    why: CAS,
  },
  {
    ...{ category: 'environment', of: 'module', other: 'absent' },
    name: /^(?:NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|PIP_CERT|GIT_SSL_CAINFO)$/,
    why: CAS,
  },
  {
    ...{ category: 'environment', of: 'module', name: /^ONESTACK_PROFILE$/, dev: 'absent' },
    why: 'the name of the profile that its image was made with',
  },
  {
    ...{ category: 'user', of: 'module', name: /^name$/, other: /^app$/ },
    why: PERSON,
  },
  {
    ...{ category: 'user', of: 'module', name: /^(?:uid|gid|groups)$/, other: /^10001$/ },
    why: PERSON,
  },
  {
    ...{ category: 'service', of: 'library', name: /./, other: 'absent' },
    why: 'a library is part of the images of those that use it; here its checks have a place',
  },
];

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Modules whose images run another command on purpose, or hold what development does without. */
export function productionReasons(
  modules: readonly Pick<Module, 'name' | 'production' | 'bundle' | 'artifact'>[],
): readonly Reason[] {
  return modules.flatMap(({ name, production, bundle, artifact }): readonly Reason[] => {
    const of = { service: name };
    const process = { category: 'process', name: /^first process$/, of } as const;
    const made = new RegExp(`^(?:${artifact.map(escaped).join('|')})(?:/|$)`);
    const file = { category: 'file', name: made, dev: 'absent', of } as const;
    return [
      ...(production === undefined
        ? []
        : [{ ...process, why: 'production: of dev.yaml is what its image runs' }]),
      ...(bundle === undefined || artifact.length === 0
        ? []
        : [{ ...file, why: 'bundle: of dev.yaml makes it for its image alone' }]),
    ];
  });
}

/** Reasons of `dev.yaml`, in the table's form; `*` in a name stands for any characters. */
export function projectReasons(reasons: readonly ParityReason[]): readonly Reason[] {
  return reasons.map(({ category, name, service, why }) => {
    const parts = name.split('*').map(escaped);
    const pattern = new RegExp(`^${parts.join('.*')}$`);
    return { category, name: pattern, why, ...(service !== undefined && { of: { service } }) };
  });
}
