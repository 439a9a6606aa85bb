/** One thing about the machine, judged. */
export interface Finding {
  /** Stable, for `--json`: `engine`, `compose`, `disk`, …. */
  readonly id: string;
  readonly level: 'ok' | 'warning' | 'problem';
  /** One line. */
  readonly what: string;
  readonly why?: string;
  readonly cure?: string;
  /** True when `dev doctor --fix` mends it. */
  readonly fixable: boolean;
}

/** How an engine is installed where we cannot do it. */
export const INSTALL_PAGE = 'https://docs.docker.com/engine/install/';

/** Something that is in order. */
export function fine(id: string, what: string): Finding {
  return { id, level: 'ok', what, fixable: false };
}
