import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPin, pinOf, withPin } from '../../../src/release/launcher-pin.ts';

const OWN = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'dev'), 'utf8');
const PIN = { version: '1.2.3', integrity: `sha512-${'A'.repeat(86)}==` };

describe("a launcher's pin", () => {
  it('moves with its hash, and nothing else of the file changes', () => {
    const moved = withPin(OWN, PIN, 'unused');
    expect(pinOf(moved)).toBe('onestack-dev@1.2.3');
    const changed = moved.split('\n').filter((line, index) => line !== OWN.split('\n')[index]);
    expect(changed).toEqual(["pin='onestack-dev@1.2.3'", `integrity='${PIN.integrity}'`]);
  });

  it("takes the tool's own launcher in place of one that knows no hash", () => {
    expect(withPin("#!/bin/sh\npin='1.0.0'\n", PIN, OWN)).toBe(withPin(OWN, PIN, ''));
  });

  it('is not read from a file that is no launcher', () => {
    expect(pinOf('#!/usr/bin/env python3\npin = 1\n')).toBeUndefined();
  });

  it.each([
    { ...PIN, version: "1'; rm -rf ~; '" },
    { ...PIN, version: '1.2.3 || 4' },
    { ...PIN, version: 'latest' },
    { ...PIN, integrity: `sha512-${"A'".repeat(43)}==` },
    { ...PIN, integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' },
    { ...PIN, integrity: `${PIN.integrity}\n` },
  ])('is never text that a shell would read otherwise: $version $integrity', (pin) => {
    expect(isPin(pin)).toBe(false);
  });
});
