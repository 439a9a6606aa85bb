import { describe, expect, it } from 'vitest';
import { withTrust } from '../../../src/images/trust-dockerfile.ts';

const MOUNT = '--mount=type=secret,id=ca-bundle,target=/run/onestack/ca-bundle.crt,mode=0444';

function rewritten(...lines: readonly string[]): readonly string[] {
  const { text } = withTrust(lines.join('\n'));
  return text.split('\n').map((line) => line.replace(/^ARG SSL_CERT_FILE=.*/, 'ARG …'));
}

describe('withTrust', () => {
  it('mounts the bundle for every RUN, whatever its form, and says where it is', () => {
    const text = [
      '# syntax=docker/dockerfile:1',
      'FROM node:24 \\',
      '  AS build',
      'run --network=none npm ci \\',
      '  && npm test',
      'RUN ["npm", "ci"]',
      'RUN <<END',
      'RUN nothing',
      'END',
    ];
    expect(rewritten(...text)).toEqual([
      ...text.slice(0, 3),
      'ARG …',
      `run ${MOUNT} --network=none npm ci \\`,
      '  && npm test',
      `RUN ${MOUNT} ["npm", "ci"]`,
      `RUN ${MOUNT} <<END`,
      'RUN nothing',
      'END',
    ]);
    expect(withTrust(text.join('\n')).addedAfter).toEqual([3]);
  });

  it('leaves stages alone that run nothing', () => {
    const text = ['FROM a AS b', 'COPY . .', 'FROM scratch', 'COPY --from=b / /'];
    expect(rewritten(...text)).toEqual(text);
  });

  it('uses what images of the hierarchy know already', () => {
    expect(rewritten('FROM onestack/node AS deps', 'RUN npm ci', 'FROM deps', 'RUN x')).toEqual([
      'FROM onestack/node AS deps',
      'RUN --mount=type=secret,id=ca-bundle,target=/etc/onestack/ca-bundle.crt,mode=0444 npm ci',
      'FROM deps',
      'RUN --mount=type=secret,id=ca-bundle,target=/etc/onestack/ca-bundle.crt,mode=0444 x',
    ]);
  });
});
