import { describe, expect, it } from 'vitest';
import { copiedEntries } from '../../../src/images/copied-context.ts';
import type { ContextEntry } from '../../../src/images/context.ts';

const entry = (path: string, mode = '644'): ContextEntry => ({ path, mode, digest: 'd', bytes: 1 });

const FILES = ['package.json', 'web', 'web/a.js', 'api', 'api/b.js', 'README.md'];
const ENTRIES = FILES.map((path) => entry(path, /[.]/.test(path) ? '644' : 'dir 755'));

const taken = (
  dockerfile: string,
  { target, entries = ENTRIES }: { target?: string; entries?: readonly ContextEntry[] } = {},
): readonly string[] =>
  copiedEntries(entries, {
    dockerfile,
    target,
    args: new Map([['GIVEN', 'node:24']]),
    isPlain: (reference) => reference.startsWith('node'),
  }).map(({ path }) => path);

const TWO = `FROM node AS base
COPY package.json .
FROM base AS web
COPY web ./web
FROM base AS api
COPY api ./api
COPY --from=web /web/out ./out
FROM base AS alone
COPY api ./api
`;

describe('the files of a context that make an image', () => {
  it.each([
    ['of a target that another one lies beside', TWO, 'web', ['package.json', 'web', 'web/a.js']],
    ['of a target that copies from another one', TWO, 'api', FILES.slice(0, 5)],
    ['of the last stage', TWO, undefined, ['package.json', 'api', 'api/b.js']],
    ['of what copies nothing', 'FROM node:24-slim\nCMD ["node"]\n', undefined, []],
    [
      'of a base that an argument names',
      'ARG GIVEN\nFROM $GIVEN\nCOPY web /\n',
      undefined,
      ['web', 'web/a.js'],
    ],
    [
      'of what others begin with, which copy then',
      'FROM node\nCOPY web /\nONBUILD COPY . .\n',
      undefined,
      ['web', 'web/a.js'],
    ],
    [
      'of an empty image',
      '# syntax=docker/dockerfile:1.4\nFROM scratch\nCOPY web /\n',
      undefined,
      ['web', 'web/a.js'],
    ],
  ])('%s', (_what, dockerfile, target, expected) => {
    expect(taken(dockerfile, { ...(target !== undefined && { target }) })).toEqual(expected);
  });

  it.each([
    ['all are copied', 'FROM node\nCOPY . .\n'],
    ['a base may copy by ONBUILD', 'FROM acme/node\nCOPY web /\n'],
    ['a stage that is copied from may do so', 'FROM acme AS a\nFROM node\nCOPY --from=a /x /x\n'],
    [
      'a later stage has the name of a base',
      'FROM acme AS one\nCOPY web /\nFROM node AS acme\nFROM one\n',
    ],
    ['the base is not known', 'FROM $NOBODY\nCOPY web /\n'],
    ['a stage of its own copies later', 'FROM node AS a\nONBUILD COPY . .\nFROM a\nCOPY web /\n'],
    ['another program reads it', '# syntax=acme/frontend\nFROM node\nCOPY web /\n'],
    ['a pattern reaches into all folders', 'FROM node\nCOPY --parents **/*.js /\n'],
    ['a step mounts the context', 'FROM node\nRUN --mount=target=/src make\n'],
    ['a step may mount it', 'FROM node\nARG T=bind\nRUN --mount=type="$T",target=/src make\n'],
    ['there is no stage', ''],
  ])('are all where %s', (_what, dockerfile) => {
    expect(taken(dockerfile)).toEqual(FILES);
  });

  it('are all where there is no such target, which the build says', () => {
    expect(taken(TWO, { target: 'gone' })).toEqual(FILES);
  });

  it('are all where a COPY goes through a link, and not for links that are copied as they are', () => {
    const named = [entry('web', 'link'), entry('real/a.js')];
    expect(taken('FROM node\nCOPY web /\n', { entries: named })).toEqual(['web', 'real/a.js']);
    expect(taken('FROM node\nCOPY w*/a/b /\n', { entries: named })).toEqual(['web', 'real/a.js']);
    const inside = [entry('web', 'dir 755'), entry('web/x', 'link'), entry('bin/y', 'link')];
    expect(taken('FROM node\nCOPY web /\n', { entries: inside })).toEqual(['web', 'web/x']);
  });
});
