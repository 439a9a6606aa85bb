/** How long a program may say nothing. All in milliseconds. */
export interface Patience {
  /** After so long without a word it is asked whether it answers at all; again and again. */
  readonly lookMs: number;
  /** How long that answer may take. */
  readonly answerMs: number;
  /** After so long without a word it is given up, whatever it answers. */
  readonly limitMs: number;
}

interface QuietWatch {
  /** It said something. */
  heard(): void;
  end(): void;
}

/**
 * Tells when a program hangs: work may take long without a word, but the program answers meanwhile.
 * @param answers whether it answers a small question in time
 * @param onHung is told why, once
 */
export function watchQuiet(
  { lookMs, limitMs }: Pick<Patience, 'lookMs' | 'limitMs'>,
  answers: () => Promise<boolean>,
  onHung: (why: string) => void,
): QuietWatch {
  let heardAt = performance.now();
  let isAsking = false;
  const end = (): void => clearInterval(timer);
  const hung = (why: string): void => {
    end();
    onHung(why);
  };
  const look = async (): Promise<void> => {
    const quietMs = performance.now() - heardAt;
    if (quietMs >= limitMs) hung(`it has said nothing for ${String(Math.round(quietMs / 1000))} s`);
    if (quietMs >= limitMs || quietMs < lookMs || isAsking) return;
    isAsking = true;
    const before = heardAt;
    const isWell = await answers();
    isAsking = false;
    if (!isWell && heardAt === before) hung('it does not even say its version');
  };
  const timer = setInterval(() => void look(), lookMs);
  return {
    heard: () => {
      heardAt = performance.now();
    },
    end,
  };
}
