import { describe, expect, it } from 'vitest';
import { copiedOfContext } from '../../../src/images/copied-paths.ts';
import { parseDockerfile } from '../../../src/images/dockerfile.ts';
import { imageStages } from '../../../src/images/image-stages.ts';
import { neededStages } from '../../../src/images/needed-stages.ts';

function copied(text: string, target?: string) {
  const { stages } = parseDockerfile(text);
  return copiedOfContext(neededStages(stages, imageStages(stages, target)));
}

const PATHS = ['package.json', 'package-lock.json', 'src/a.js', 'src/b/c.js', 'tools/x', 'README'];

const taken = (text: string, target?: string): readonly string[] =>
  PATHS.filter(copied(text, target).takes);

describe('what a Dockerfile takes of its context', () => {
  it.each([
    ['COPY package*.json ./', ['package.json', 'package-lock.json']],
    ['COPY package.json /src/b/ /there/', ['package.json', 'src/b/c.js']],
    ['COPY --chown=1:1 ["src/*.js", "tools", "/x/"]', ['src/a.js', 'tools/x']],
    ['ADD ./src/../README https://example.com/package.json /x/', ['README']],
    ['COPY <<EOF /x\ntools\nEOF', []],
    ['COPY s?c/ /x/', ['src/a.js', 'src/b/c.js']],
    ['COPY [pt]* /x/', ['package.json', 'package-lock.json', 'tools/x']],
    ['COPY [[] x[z-a] x[ []] /x/', PATHS],
    ['COPY package[-] /x/', PATHS],
    ['RUN --mount=type=cache,target=/c --mount=type=bind,from=x,source=/,target=/y true', []],
    [
      'RUN --mount=type=bind,source=README,target=/r --mount=target=/s,src=./src/b make',
      ['src/b/c.js', 'README'],
    ],
  ])('%s', (line, expected) => {
    expect(taken(`FROM a\n${line}\n`)).toEqual(expected);
  });

  it.each([
    'COPY . .',
    'ADD ./ /x',
    'COPY $WHAT /x',
    'RUN --mount=type=bind,target=/x make',
    'RUN --mount=target=/x make',
    'RUN --mount=type=bind,source=$WHAT,target=/x make',
    'RUN --mount=type=bind,source=s*c,target=/x make',
    'RUN --mount=type=bind,source=README,target=/x --mount=type=bind,source=.,target=/y make',
    'COPY "a b" /x',
  ])('%s: everything', (line) => {
    const { wholeAtLine } = copied(`FROM a\nCOPY README /\n${line}\n`);
    expect(wholeAtLine).toBe(3);
    expect(taken(`FROM a\n${line}\n`)).toEqual(PATHS);
  });

  it('counts only the stages that the image is made of, and what these copy from', () => {
    const text = `FROM a AS deps
COPY package.json ./
FROM a AS build
COPY src src
FROM deps AS dev
RUN true
FROM a AS other
COPY tools /tools
FROM dev
COPY --from=build /out /out
`;
    expect(taken(text, 'dev')).toEqual(['package.json']);
    expect(taken(text)).toEqual(['package.json', 'src/a.js', 'src/b/c.js']);
    expect(taken(text, '1')).toEqual(['src/a.js', 'src/b/c.js']);
  });

  it('names a file where an instruction does, and none for its folder', () => {
    const { names } = copied('FROM a\nCOPY package*.json src /x/\n');
    expect(PATHS.filter(names)).toEqual(['package.json', 'package-lock.json']);
  });
});
