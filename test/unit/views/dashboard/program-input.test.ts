import { describe, expect, it } from 'vitest';
import { NO_MODES } from '../../../../src/dash/panes.ts';
import type { MouseInput } from '../../../../src/views/dashboard/input.ts';
import { keyData, mouseData } from '../../../../src/views/dashboard/program-input.ts';

const AREA = { x: 10, y: 5, columns: 100, rows: 20 };
const PRESS: MouseInput = { kind: 'mouse', action: 'press', button: 0, modifiers: 0, x: 12, y: 6 };

describe('a program that asked for the mouse', () => {
  it.each([
    ['drags', 'press', '\x1b[<0;3;2M'],
    ['drags', 'drag', '\x1b[<32;3;2M'],
    ['drags', 'release', '\x1b[<0;3;2m'],
    ['clicks', 'wheel-down', '\x1b[<65;3;2M'],
    ['clicks', 'drag', undefined],
    ['presses', 'release', undefined],
    ['none', 'press', undefined],
  ] as const)('as %s gets a %s as %j', (mouse, action, data) => {
    expect(mouseData({ ...PRESS, action }, AREA, { ...NO_MODES, mouse, mouseSgr: true })).toBe(
      data,
    );
  });

  it('gets the modifiers, and places inside of its own pane', () => {
    const modes = { ...NO_MODES, mouse: 'drags', mouseSgr: true } as const;
    const far = { ...PRESS, action: 'drag', modifiers: 16, x: 0, y: 90 } as const;
    expect(mouseData(far, AREA, modes)).toBe('\x1b[<48;1;20M');
  });

  it('gets the old sequences when it did not ask for the new ones', () => {
    const modes = { ...NO_MODES, mouse: 'clicks' } as const;
    expect(mouseData(PRESS, AREA, modes)).toBe('\x1b[M #"');
    expect(mouseData({ ...PRESS, action: 'release' }, AREA, modes)).toBe('\x1b[M##"');
    expect(mouseData({ ...PRESS, x: 109 }, AREA, modes)).toBeUndefined();
  });
});

it('arrow keys are what the program asked for, whatever the outer terminal sends', () => {
  const application = { ...NO_MODES, applicationCursor: true };
  expect(keyData('\x1b[A', application)).toBe('\x1bOA');
  expect(keyData('\x1bOH', NO_MODES)).toBe('\x1b[H');
  expect(keyData('\x1b[1;5C', application)).toBe('\x1b[1;5C');
  expect(keyData('\x1b[5~', application)).toBe('\x1b[5~');
});
