/** What is known of one type of check. */
interface CheckType {
  /** Whether it makes what is run: what needs that waits for it, in modules that use this one, too. */
  readonly makes: boolean;
  /** Whether it is about sources alone: it is run though what the module needs does not compile. */
  readonly readsSources: boolean;
  /** One line for the schema of `dev.yaml`. */
  readonly summary: string;
  /** What `false` means in `dev.settings.yaml`. */
  readonly off: string;
}

/**
 * The types of checks, in the order in which they run: what makes something first, the others
 * together. The keys of a module in `dev.yaml`, the switches of the settings, the queue and the
 * dashboard's rows are made from this table.
 */
export const CHECKS = {
  compile: {
    makes: true,
    readsSources: false,
    summary: 'Runs after every save, before test and lint.',
    off: 'False: not compiled.',
  },
  test: {
    makes: false,
    readsSources: false,
    summary: 'Runs after a good compile.',
    off: 'False: not tested.',
  },
  lint: {
    makes: false,
    readsSources: true,
    summary: 'Runs after a good compile, beside test.',
    off: 'False: not linted.',
  },
} as const satisfies Record<string, CheckType>;

export type CheckKind = keyof typeof CHECKS;

// Object.keys is typed for objects that may hold more than is declared; this one does not.
export const CHECK_KINDS = Object.keys(CHECKS) as readonly CheckKind[];

/** One thing for each type of check. */
export function forEachCheck<T>(
  make: (type: CheckType, kind: CheckKind) => T,
): Readonly<Record<CheckKind, T>> {
  // Object.fromEntries forgets which keys there are.
  return Object.fromEntries(CHECK_KINDS.map((kind) => [kind, make(CHECKS[kind], kind)])) as Record<
    CheckKind,
    T
  >;
}

/** Whether the check has nothing to look at when what it needs does not compile. */
export function needsMade(kind: CheckKind): boolean {
  const { makes, readsSources } = CHECKS[kind];
  return !makes && !readsSources;
}
