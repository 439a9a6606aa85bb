import type { EmulatorModes } from '../../ports/emulator.ts';
import type { Rect } from '../../util/cell-grid.ts';
import type { MouseInput } from './input.ts';

/**
 * A key as the program in a pane expects it: arrows, Home and End have other sequences for those
 * that asked for them (full-screen programs), whatever the outer terminal sends.
 */
export function keyData(raw: string, { applicationCursor }: EmulatorModes): string {
  const final = /^\x1b[[O]([ABCDHF])$/.exec(raw)?.[1];
  if (final === undefined) return raw;
  return `\x1b${applicationCursor ? 'O' : '['}${final}`;
}

/** Beyond this column or row the old way of telling places has no character. */
const LAST_OLD_PLACE = 94;

/**
 * A mouse event as the program in a pane expects it, its own corner being 1, 1.
 * @returns undefined for what it did not ask for.
 */
export function mouseData(mouse: MouseInput, area: Rect, modes: EmulatorModes): string | undefined {
  const { action } = mouse;
  if (modes.mouse === 'none') return undefined;
  if (action === 'drag' && modes.mouse !== 'drags') return undefined;
  if (action === 'release' && modes.mouse === 'presses') return undefined;
  const x = Math.max(0, Math.min(area.columns - 1, mouse.x - area.x)) + 1;
  const y = Math.max(0, Math.min(area.rows - 1, mouse.y - area.y)) + 1;
  const codes = {
    press: mouse.button,
    release: mouse.button,
    drag: mouse.button + 32,
    'wheel-up': 64,
    'wheel-down': 65,
  };
  const code = codes[action] + mouse.modifiers;
  if (modes.mouseSgr) return `\x1b[<${code};${x};${y}${action === 'release' ? 'm' : 'M'}`;
  if (x > LAST_OLD_PLACE || y > LAST_OLD_PLACE) return undefined;
  const old = action === 'release' ? 3 + mouse.modifiers : code;
  return `\x1b[M${String.fromCharCode(32 + old, 32 + x, 32 + y)}`;
}
