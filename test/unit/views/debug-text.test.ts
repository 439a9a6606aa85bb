import { describe, expect, it } from 'vitest';
import { debuggingText } from '../../../src/views/debug-text.ts';

const debugging = {
  module: 'api',
  kind: 'node',
  host: '127.0.0.1',
  ownPort: 9230,
  wait: false,
  paths: { container: '/workspace', host: '/clone' },
} as const;

describe('where to attach', () => {
  it('names the entry that dev editor vscode wrote', () => {
    const text = debuggingText({ ...debugging, port: 9230 }, false);
    expect(text).toContain('Run and Debug, “api” (dev editor vscode), or chrome');
  });

  it('says what that entry lacks where another port was asked for', () => {
    const text = debuggingText({ ...debugging, port: 9333 }, false);
    expect(text).toContain('attach to 127.0.0.1:9333');
    expect(text).toContain('“api” with 9333 in place of 9230 in its entry (.vscode/launch.json)');
  });
});
