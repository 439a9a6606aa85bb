import { describe, expect, it } from 'vitest';
import { failures, project } from '../../support/definition-text.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import type { Module } from '../../../src/model/module.ts';

const definition = (build: string, worker = ''): string =>
  `name: shop\nmodules: { web: { image: { build: ${build} }, run: node . }${worker} }`;

const files = (text: string): MemoryFiles =>
  new MemoryFiles({
    '/p/dev.yaml': text,
    '/p/web/Dockerfile': 'FROM node:24\n',
    '/p/web/docker/dev.Dockerfile': 'FROM node:24\n',
    '/p/web/package-lock.json': '{}',
    '/p/bare/x': '',
  });

function modules(build: string, worker?: string): readonly Module[] {
  const text = definition(build, worker);
  return project(text, { files: files(text) }).modules;
}

function problems(build: string): string {
  const text = definition(build);
  return failures(text, { files: files(text) })
    .map(
      ({ what, cure, at }) => `${at?.text?.slice(at.column - 1) ?? ''} | ${what} | ${cure ?? ''}`,
    )
    .join('\n');
}

describe('image: { build: … }', () => {
  it('is an image of the module’s own, below its name', () => {
    expect(modules('.')[0]).toMatchObject({
      image: 'web@build',
      build: { context: 'web', dockerfile: 'web/Dockerfile', args: {} },
      install: { run: 'npm ci' },
    });
    const whole = '{ dockerfile: docker/dev.Dockerfile, target: dev, args: { A: 1 } }';
    expect(modules(whole)[0]?.build).toEqual({
      context: 'web',
      dockerfile: 'web/docker/dev.Dockerfile',
      target: 'dev',
      args: { A: '1' },
    });
    expect(modules('{ context: .., dockerfile: web/Dockerfile }')[0]?.build).toEqual({
      context: '.',
      dockerfile: 'web/Dockerfile',
      args: {},
    });
  });

  it('is one image for modules that are built alike', () => {
    const worker = (build: string): string =>
      `, worker: { path: web, image: { build: ${build} }, run: node worker }`;
    expect(modules('.', worker('{ context: . }')).map(({ image }) => image)).toEqual([
      'web@build',
      'web@build',
    ]);
    expect(modules('.', worker('{ target: x }')).map(({ image }) => image)).toEqual([
      'web@build',
      'worker@build',
    ]);
  });

  it.each([
    ['../gone', 'has no folder gone'],
    ['../..', 'lies outside the project'],
    ['../bare', 'there is no bare/Dockerfile'],
    ['{ dockerfile: Dockerfle }', 'there is no web/Dockerfle.*Did you mean "Dockerfile"'],
    ['{ dockerfile: ../../x }', 'the Dockerfile of module web lies outside'],
    ['{ tagret: x }', 'unknown key "tagret".*Did you mean "target"'],
    ['{ args: [A] }', 'args'],
  ])('tells what is wrong: %s', (build, expected) => {
    expect(problems(build)).toMatch(new RegExp(expected));
  });

  it.each([
    ['../leading', 'the build of module web lies outside the project'],
    ['{ dockerfile: keys.Dockerfile }', 'the Dockerfile of module web lies outside'],
  ])('follows no link out of the project: %s', (build, expected) => {
    const text = definition(build);
    const own = files(text);
    own.makeDirectory('/elsewhere', { mode: 0o755 });
    own.writeAtomic('/elsewhere/Dockerfile', 'FROM node:24\n', { mode: 0o644 });
    own.link('/p/leading', '/elsewhere');
    own.link('/p/web/keys.Dockerfile', '/elsewhere/Dockerfile');
    const said = failures(text, { files: own }).map(({ what }) => what);
    expect(said.join('\n')).toContain(expected);
  });
});
