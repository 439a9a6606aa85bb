/** 24-bit colours brought down to what a terminal with fewer colours has. */

/** The 16 colours as xterm shows them, `0xRRGGBB`. */
const ANSI_16 = [
  0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f,
  0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
] as const;
const CUBE_STEPS = [0, 95, 135, 175, 215, 255] as const;

/** The nearest of the 240 fixed colours (cube and greys) of the 256-colour palette. */
export function nearestPalette256(rgb: number): number {
  const channels = [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
  const steps = channels.map((value) => nearestStep(value));
  const cube = 16 + 36 * (steps[0] ?? 0) + 6 * (steps[1] ?? 0) + (steps[2] ?? 0);
  const mean = channels.reduce((sum, value) => sum + value, 0) / 3;
  const grey = 232 + Math.max(0, Math.min(23, Math.round((mean - 8) / 10)));
  return distance(rgb, paletteRgb(grey)) < distance(rgb, paletteRgb(cube)) ? grey : cube;
}

export function nearestPalette16(rgb: number): number {
  let best = 0;
  for (let index = 1; index < 16; index += 1) {
    if (distance(rgb, paletteRgb(index)) < distance(rgb, paletteRgb(best))) best = index;
  }
  return best;
}

export const palette16Of256 = (index: number): number => nearestPalette16(paletteRgb(index));

/** What a palette index looks like in xterm, `0xRRGGBB`. */
export function paletteRgb(index: number): number {
  if (index < 16) return ANSI_16[index] ?? 0;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return (grey << 16) | (grey << 8) | grey;
  }
  const cube = index - 16;
  const step = (at: number): number => CUBE_STEPS[at] ?? 0;
  return (
    (step(Math.floor(cube / 36)) << 16) | (step(Math.floor(cube / 6) % 6) << 8) | step(cube % 6)
  );
}

function nearestStep(value: number): number {
  let best = 0;
  for (let index = 1; index < CUBE_STEPS.length; index += 1) {
    const step = CUBE_STEPS[index] ?? 0;
    if (Math.abs(step - value) < Math.abs((CUBE_STEPS[best] ?? 0) - value)) best = index;
  }
  return best;
}

function distance(a: number, b: number): number {
  const red = (a >> 16) - (b >> 16);
  const green = ((a >> 8) & 255) - ((b >> 8) & 255);
  const blue = (a & 255) - (b & 255);
  return red * red + green * green + blue * blue;
}
