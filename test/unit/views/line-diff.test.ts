import { describe, expect, it } from 'vitest';
import { lineDiff } from '../../../src/views/line-diff.ts';

describe('lineDiff', () => {
  it('shows a new file whole', () => {
    expect(lineDiff('a.json', undefined, '{\n}\n', false)).toBe('a.json (new)\n  + {\n  + }\n');
  });

  it('shows what is added, the comma that it takes, and a little around it', () => {
    const before = '{\n1,\n2,\n3,\n  "a": 1 // mine\n}\n';
    const after = '{\n1,\n2,\n3,\n  "a": 1, // mine\n  "b": 2\n}\n';
    expect(lineDiff('a.json', before, after, false)).toBe(
      [
        ...['a.json (changed)', '    2,', '    3,', '  -   "a": 1 // mine'],
        ...['  +   "a": 1, // mine', '  +   "b": 2', '    }', ''],
      ].join('\n'),
    );
  });

  it('shows a line that was made several before what came of it', () => {
    const before = '{\n  // mine\n  "list": [ { "name": "x" }, ]\n}\n';
    const after =
      '{\n  // mine\n  "list": [ { "name": "x" },\n    {\n      "name": "y"\n    }\n  ]\n}\n';
    expect(lineDiff('a', before, after, false)).toBe(
      [
        ...['a (changed)', '    {', '      // mine', '  -   "list": [ { "name": "x" }, ]'],
        ...['  +   "list": [ { "name": "x" },', '  +     {', '  +       "name": "y"', '  +     }'],
        ...['  +   ]', '    }', ''],
      ].join('\n'),
    );
  });

  it('shows a line that was made several, and no escape sequences of a file', () => {
    const said = lineDiff('a', '{"\u001b[31m": 1}', '{"\u001b[31m": 1,\n  "b": 2\n}', false);
    expect(said).toContain('  +   "b": 2');
    expect(said).toContain('  - {');
    expect(said).not.toContain('\u001b');
  });
});
