/** A round after which something was not as it should be. */
export interface BadRound {
  readonly round: number;
  readonly did: string;
  readonly wrong: readonly string[];
  /** What the run after it said. */
  readonly said: string;
}

/** The bad rounds of a campaign, and how many of all they were; for people. */
export function outcomeText(
  bad: readonly BadRound[],
  { rounds, seed }: { readonly rounds: string; readonly seed: string },
): string {
  return [
    ...bad.map(({ round, said }) => `\nround ${String(round)}\n${said}`),
    `${String(bad.length)} of ${rounds} rounds were not right (seed ${seed})`,
  ].join('\n');
}
