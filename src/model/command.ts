/** A command of the project's own: `dev run NAME`. */
export interface CommandDefinition {
  readonly name: string;
  /** Shell text. */
  readonly run: string;
  /** A service, `tools` (the tools container) or `host`. */
  readonly in: string;
  /** One line for the list. */
  readonly about: string | undefined;
  readonly environment: ReadonlyMap<string, string>;
}
