/** Longest title that a program can give its pane. */
const TITLE_CHARACTERS = 100;

/** What a pane's program says of itself: its title, and its bell. */
export class ProgramWords {
  #title = '';
  #bell = false;

  readonly onTitle = (title: string): void => {
    this.#title = title.slice(0, TITLE_CHARACTERS);
  };

  readonly onBell = (): void => {
    this.#bell = true;
  };

  titleBehind(own: string): string {
    return this.#title === '' ? own : `${own} · ${this.#title}`;
  }

  forgetTitle(): void {
    this.#title = '';
  }

  /** Whether the program rang since this was last asked. */
  takeBell(): boolean {
    const rang = this.#bell;
    this.#bell = false;
    return rang;
  }
}
