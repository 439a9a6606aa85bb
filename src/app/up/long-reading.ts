import type { Report } from '../../events/progress.ts';
import type { World } from '../../ports/world.ts';
import { sizeText } from '../../util/size-text.ts';

/** Told before the contents of a file are read that is part of a service's image. */
export type OnRead = (service: string, path: string, bytes: number) => void;

/** As much as is read in about a second. */
const LONG_BYTES = 200_000_000;
const LONG_MS = 1000;
/** Below that it is their number that takes so long. */
const MANY_SMALL_BYTES = 20_000_000;

/** What takes longer to read than a second or so is told, once, before it is read. */
export function longReading({
  clock,
  report,
}: Pick<World, 'clock'> & { readonly report: Report }): OnRead {
  const startedAtMs = clock.steady();
  let isTold = false;
  let sum = 0;
  let count = 0;
  return (service, path, bytes) => {
    sum += bytes;
    count += 1;
    if (isTold || (sum < LONG_BYTES && clock.steady() - startedAtMs < LONG_MS)) return;
    isTold = true;
    const size =
      sum < MANY_SMALL_BYTES
        ? `${count.toLocaleString('en')} files so far, now ${path}`
        : `${sizeText(sum)} so far, with ${path} (${sizeText(bytes)})`;
    const cure = 'what its Dockerfile does not need belongs into .dockerignore';
    const text = `reading what ${service} is built of takes a while: ${size}; ${cure}`;
    report({ kind: 'note', level: 'info', text });
  };
}
