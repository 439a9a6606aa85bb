/** How long a program may say nothing. All in milliseconds. */
export interface Patience {
  /** After so long without a word it is asked whether it answers at all; again and again. */
  readonly lookMs: number;
  /** How long that answer may take. */
  readonly answerMs: number;
  /** After so long without a word it is given up, whatever it answers. */
  readonly limitMs: number;
}

/** Why a program is taken for one that hangs. */
export interface Hang {
  readonly why: string;
  /** Whether it answers a small question meanwhile. */
  readonly isWell: boolean;
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
  onHung: (hang: Hang) => void,
): QuietWatch {
  let heardAt = performance.now();
  let isAsking = false;
  const end = (): void => clearInterval(timer);
  const hung = (why: string, isWell: boolean): void => {
    end();
    onHung({ why, isWell });
  };
  const look = async (): Promise<void> => {
    const quietMs = performance.now() - heardAt;
    const seconds = String(Math.round(quietMs / 1000));
    if (quietMs >= limitMs) hung(`it has said nothing for ${seconds} s`, true);
    if (quietMs >= limitMs || quietMs < lookMs || isAsking) return;
    isAsking = true;
    const before = heardAt;
    const isWell = await answers();
    isAsking = false;
    if (!isWell && heardAt === before) hung('it does not even say its version', false);
  };
  const timer = setInterval(() => void look(), lookMs);
  return {
    heard: () => {
      heardAt = performance.now();
    },
    end,
  };
}
