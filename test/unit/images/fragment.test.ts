import { describe, expect, it } from 'vitest';
import { fragmentProblems } from '../../../src/images/fragment.ts';

const GOOD = `# What the load balancer asks.
HEALTHCHECK --interval=5s CMD ["node", "-e", "0"]
EXPOSE 3000
ENV LOCALE=de
LABEL owner="team"
USER root
RUN mkdir /data \\
 && chown app /data
VOLUME /data
USER app
`;

describe('lines that a project adds to a production image', () => {
  it('say how it runs', () => {
    expect(fragmentProblems(GOOD)).toEqual([]);
    expect(fragmentProblems('')).toEqual([]);
    expect(fragmentProblems('# only a word\r\n')).toEqual([]);
  });

  it.each([
    ['FROM node:24', 1, 'FROM has no place here'],
    ['EXPOSE 1\ncopy . /app', 2, 'COPY has no place here'],
    ['ADD https://example.com/x /', 1, 'ADD has no place here'],
    ['CMD ["node"]', 1, 'CMD has no place here'],
    ['\nENTRYPOINT ["node"]', 2, 'ENTRYPOINT has no place here'],
    ['RUN --network=none --mount=type=bind,from=alpine,target=/x cp /x/y /', 1, 'another image'],
    ['USER 0:0', 1, 'run as root'],
    ['USER app\nEXPOSE 3\nUSER root', 3, 'run as root'],
    ['RUN true \\\n', 1, 'the last line goes on'],
    // What looks like a directive is a comment behind the first line.
    ['# escape=`\nRUN true `\nFROM evil', 3, 'FROM has no place here'],
    ['RUN <<EOF\nFROM x\nEOF\nCOPY a /', 4, 'COPY has no place here'],
  ])('%j: line %d, %s', (text, line, what) => {
    const problems = fragmentProblems(text);
    expect(problems).toMatchObject([{ line, what: expect.stringContaining(what) as unknown }]);
  });
});
