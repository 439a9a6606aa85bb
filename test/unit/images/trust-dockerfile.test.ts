import { describe, expect, it } from 'vitest';
import { withTrust } from '../../../src/images/trust-dockerfile.ts';

const bound = (target: string): string =>
  `--mount=type=bind,from=onestack-company,source=bundle.crt,target=${target}`;
const MOUNT = bound('/run/onestack/ca-bundle.crt');
const SECRET = '--mount=type=secret,id=ca-bundle,target=/run/onestack/ca-bundle.crt,mode=0444';

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

  it.each([
    ['docker/dockerfile:1', MOUNT],
    ['docker/dockerfile', MOUNT],
    ['docker.io/docker/dockerfile:1.7', MOUNT],
    ['docker/dockerfile:1.10.0', MOUNT],
    ['docker/dockerfile:1-labs', MOUNT],
    ['docker/dockerfile:1.3', SECRET],
    ['docker/dockerfile:1.2-labs', SECRET],
    ['docker/dockerfile:experimental', SECRET],
    ['example.com/own/reader:1', SECRET],
  ])('takes a secret where %s may not know of further contexts', (reader, mount) => {
    expect(rewritten(`# syntax=${reader}`, 'FROM a', 'RUN x').at(-1)).toBe(`RUN ${mount} x`);
  });

  it('leaves stages alone that run nothing', () => {
    const text = ['FROM a AS b', 'COPY . .', 'FROM scratch', 'COPY --from=b / /'];
    expect(rewritten(...text)).toEqual(text);
  });

  it('uses what images of the hierarchy know already', () => {
    expect(rewritten('FROM onestack/node AS deps', 'RUN npm ci', 'FROM deps', 'RUN x')).toEqual([
      'FROM onestack/node AS deps',
      `RUN ${bound('/etc/onestack/ca-bundle.crt')} npm ci`,
      'FROM deps',
      `RUN ${bound('/etc/onestack/ca-bundle.crt')} x`,
    ]);
  });
});
