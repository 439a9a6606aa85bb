import { describe, expect, it } from 'vitest';
import { rewriteDockerfile } from '../../../src/images/rewrite.ts';

const REFERENCES = new Map([
  ['os', 'onestack/os:aaaaaaaaaaaa'],
  ['go', 'onestack/go:bbbbbbbbbbbb'],
]);
const MOUNT = '--mount=type=secret,id=ca-bundle,target=/etc/onestack/ca-bundle.crt,mode=0444';

function rewrite(...lines: readonly string[]): readonly string[] {
  return rewriteDockerfile(lines.join('\n'), REFERENCES).split('\n');
}

describe('rewriteDockerfile', () => {
  it('puts the exact version in place of every base image, line for line', () => {
    expect(
      rewrite(
        '# onestack/os',
        'ARG B=onestack/os',
        'FROM ${B} AS x',
        'COPY --from=onestack/go / /',
      ),
    ).toEqual([
      '# onestack/os',
      'ARG B=onestack/os',
      'FROM onestack/os:aaaaaaaaaaaa AS x',
      'COPY --from=onestack/go:bbbbbbbbbbbb / /',
    ]);
  });

  it('replaces several in one line', () => {
    const line =
      '--mount=type=bind,from=onestack/os,target=/a --mount=from=onestack/go,target=/b ls';
    expect(rewrite('FROM scratch', `RUN ${line}`)[1]).toBe(
      'RUN --mount=type=bind,from=onestack/os:aaaaaaaaaaaa,target=/a --mount=from=onestack/go:bbbbbbbbbbbb,target=/b ls',
    );
  });

  it('leaves versions and foreign images alone', () => {
    const lines = ['FROM onestack/os:000000000000', 'FROM debian:trixie-slim', 'FROM onestack/no'];
    expect(rewrite(...lines)).toEqual(lines);
  });

  it('lets RUN in images of the hierarchy trust the company, and only there', () => {
    expect(
      rewrite(
        'FROM debian AS plain',
        'RUN a',
        'FROM onestack/os AS one',
        'RUN b \\',
        '  && c',
        'FROM one',
        'run ["d"]',
      ),
    ).toEqual([
      'FROM debian AS plain',
      'RUN a',
      'FROM onestack/os:aaaaaaaaaaaa AS one',
      `RUN ${MOUNT} b \\`,
      '  && c',
      'FROM one',
      `run ${MOUNT} ["d"]`,
    ]);
  });

  it('does not mount certificates twice', () => {
    const own = `RUN ${MOUNT} npm ci`;
    expect(rewrite('FROM onestack/os', own)[1]).toBe(own);
    const speaking = 'RUN cat /etc/onestack/ca-bundle.crt';
    expect(rewrite('FROM onestack/os', speaking)[1]).toContain(MOUNT);
  });
});
