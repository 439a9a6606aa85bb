import { describe, expect, it } from 'vitest';
import { parseDockerfile, readInstructions } from '../../../src/images/dockerfile.ts';

function instructions(text: string) {
  return readInstructions(text.split('\n')).map(({ keyword, value }) => `${keyword} ${value}`);
}

function references(text: string) {
  return parseDockerfile(text).stages.map(({ from }) => from.reference);
}

describe('readInstructions', () => {
  it('joins continued lines, past comments and empty lines between them', () => {
    const text = 'from a\nRUN one \\\n  # why\n\n  && two \\\n  && three\nUSER app';
    expect(instructions(text)).toEqual(['FROM a', 'RUN one && two && three', 'USER app']);
  });

  it('adds nothing between continued lines: a word may go on in the next', () => {
    expect(instructions('COPY a\\\nb \\\n\\\nc\\\n  d /x')).toEqual(['COPY ab c d /x']);
  });

  it('takes the escape character from its directive', () => {
    expect(instructions('# escape=`\nFROM a\nRUN dir C:\\\nUSER b')).toEqual([
      'FROM a',
      'RUN dir C:\\',
      'USER b',
    ]);
  });

  it('does not read here-documents as instructions', () => {
    const text = 'FROM a\nRUN <<EOF cat <<-"B"\nFROM x\nEOF\nCOPY\n\tB\nUSER app';
    expect(instructions(text)).toEqual(['FROM a', 'RUN <<EOF cat <<-"B"', 'USER app']);
  });

  it('survives a continuation at the end of the file', () => {
    expect(instructions('FROM a\nRUN one \\')).toEqual(['FROM a', 'RUN one']);
  });
});

describe('parseDockerfile', () => {
  it('knows stages by their names, whatever the options and the case', () => {
    const { stages } = parseDockerfile(
      'FROM --platform=linux/amd64 onestack/os as Build\nFROM build',
    );
    expect(stages.map(({ name, from }) => [name, from.reference])).toEqual([
      ['build', 'onestack/os'],
      [undefined, 'build'],
    ]);
  });

  it.each([
    ['ARG B=onestack/os\nFROM $B', 'onestack/os'],
    ['ARG B="onestack/os"\nFROM ${B}', 'onestack/os'],
    ['ARG V=1\nARG B=onestack/os:${V}\nFROM ${B}', 'onestack/os:1'],
    ['FROM ${B:-onestack/os}', 'onestack/os'],
    ['ARG B=\nFROM ${B:-onestack/os}', 'onestack/os'],
    ['ARG V=1\nFROM debian${V:+:trixie}', 'debian:trixie'],
    ['FROM $B', undefined],
    ['ARG B\nFROM $B', undefined],
  ])('puts defaults into %j', (text, reference) => {
    expect(references(text)).toEqual([reference]);
  });

  it('does not take an ARG within a stage for a global one', () => {
    expect(references('FROM a\nARG B=b\nFROM $B')).toEqual(['a', undefined]);
  });

  it('finds images that are copied from, and leaves stages out', () => {
    const { copied } = parseDockerfile(
      [
        'FROM a AS one',
        'FROM b',
        'COPY --from=one /x /x',
        'COPY --chown=1 --from=onestack/go /usr/bin/go /go',
        'COPY --from=0 /y /y',
        'RUN --mount=type=bind,from=onestack/java,target=/j ls',
        'RUN echo --from=nothing',
      ].join('\n'),
    );
    expect(copied.map(({ reference, line, column }) => [reference, line, column])).toEqual([
      ['onestack/go', 3, 22],
      ['onestack/java', 5, 27],
    ]);
  });

  it('tells where a reference stands, across continued lines', () => {
    const { stages } = parseDockerfile('FROM \\\n  --platform=$X \\\n  onestack/os AS os');
    expect(stages[0]?.from).toMatchObject({ line: 2, column: 2, written: 'onestack/os' });
  });

  it('is empty for a file without FROM', () => {
    expect(parseDockerfile('# nothing\nRUN x').stages).toEqual([]);
  });
});
