import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/images/dockerfile.ts';
import { instructionOf } from '../../../src/images/step-place.ts';

const MANY = parseDockerfile(`FROM node AS build
ARG X=1
RUN one
WORKDIR /app
COPY . .
FROM build AS test
ENV A=b
RUN two \\
  three
FROM scratch
COPY --from=build /a /a
FROM debian
RUN four`);
const ONE = parseDockerfile('FROM debian\n\nRUN one\nENV A=1\nRUN two');

function lineOf(vertex: string, dockerfile = MANY): number | undefined {
  const found = instructionOf(vertex, dockerfile);
  return found === undefined ? undefined : found.firstLine + 1;
}

describe('instructionOf', () => {
  it('finds the instruction of a step, in whatever stage', () => {
    expect(lineOf('[web build 2/4] RUN one')).toBe(3);
    expect(lineOf('[build 3/4] WORKDIR /app')).toBe(4);
    expect(lineOf('[web build 4/4] COPY . .')).toBe(5);
    expect(lineOf('[web test 1/1] RUN two   three')).toBe(8);
    expect(lineOf('[web stage-2 1/1] COPY --from=build /a /a')).toBe(11);
    expect(lineOf('[web stage-3 2/2] RUN four')).toBe(13);
  });

  it('finds it where the only stage has no name', () => {
    expect(lineOf('[web 2/3] RUN one', ONE)).toBe(3);
    expect(lineOf('[3/3] RUN two', ONE)).toBe(5);
  });

  it('finds it where the image that a stage begins with is a context, which has no number', () => {
    expect(lineOf('[web stage-0 1/3] RUN --mount=type=bind,from=x,target=/y one', ONE)).toBe(3);
    expect(lineOf('[web 2/3] RUN two', ONE)).toBe(5);
    expect(lineOf('[web build 3/4] COPY . .')).toBe(5);
    expect(lineOf('[web build 2/4] WORKDIR /app')).toBe(4);
    // By its keyword where a variable stands for the rest.
    const copies = parseDockerfile('FROM debian\nRUN one\nCOPY $X /a\nRUN two');
    expect(lineOf('[web 2/4] COPY nope /a', copies)).toBe(3);
  });

  it('finds none where there is none', () => {
    expect(lineOf('[web 1/3] FROM debian', ONE)).toBeUndefined();
    expect(lineOf('[web internal] load build context', ONE)).toBeUndefined();
    expect(lineOf('[web other 2/2] RUN x')).toBeUndefined();
    expect(lineOf('exporting to image')).toBeUndefined();
  });
});
