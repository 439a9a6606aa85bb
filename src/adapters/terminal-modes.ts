import type { IParser, Terminal } from '@xterm/headless';

/** Two modes are not in xterm's public interface: they are followed by the sequences that set them. */
export class UnnamedModes {
  #cursorHidden = false;
  #mouseSgr = false;

  constructor({ parser, buffer }: Terminal) {
    const watch = (on: boolean) => (params: (number | number[])[]) => {
      if (params.includes(25)) this.#cursorHidden = !on;
      if (params.includes(1006)) this.#mouseSgr = on;
      // Who leaves a screen that he is not on must not move the cursor either.
      return !on && params.join() === '1049' && buffer.active.type === 'normal';
    };
    parser.registerCsiHandler({ prefix: '?', final: 'h' }, watch(true));
    parser.registerCsiHandler({ prefix: '?', final: 'l' }, watch(false));
    parser.registerEscHandler({ final: 'c' }, () => {
      this.#cursorHidden = false;
      this.#mouseSgr = false;
      return false;
    });
  }

  get cursorHidden(): boolean {
    return this.#cursorHidden;
  }

  get mouseSgr(): boolean {
    return this.#mouseSgr;
  }
}

/**
 * Leaves out what takes written lines away: places, scroll regions, saved cursors, inserted and deleted
 * lines, scrolling. Handlers that were registered last are asked first; what they answer `true` to is done.
 */
export function keepLog(parser: IParser): void {
  const leaveOut = (): boolean => true;
  for (const final of ['H', 'f', 'd', 'r', 's', 'u', 'L', 'M', 'S', 'T']) {
    parser.registerCsiHandler({ final }, leaveOut);
  }
  for (const final of ['h', 'l']) parser.registerCsiHandler({ prefix: '?', final }, leaveOut);
  // Below the cursor there is nothing in a log; all else would be lost.
  parser.registerCsiHandler({ final: 'J' }, ([what]) => what !== undefined && what !== 0);
  for (const final of ['c', '7', '8', 'M']) parser.registerEscHandler({ final }, leaveOut);
  parser.registerEscHandler({ intermediates: '#', final: '8' }, leaveOut);
}
