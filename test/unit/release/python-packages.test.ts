import { describe, expect, it } from 'vitest';
import { countingFiles, sourcePackages } from '../../../src/release/python-packages.ts';

const found = (
  command: string,
  texts: Readonly<Record<string, string>> = {},
  locks: readonly string[] = [],
) =>
  sourcePackages(command, new Map(Object.entries(texts)), locks).map(
    ({ path, editable, at }) =>
      `${editable ? '-e ' : ''}${path}${at === undefined ? '' : ` ${at.file}:${String(at.line)}`}`,
  );

describe('code that an install of Python makes packages of', () => {
  it('is what requirements name by a path, with its line', () => {
    const text = [
      ...[
        '# all',
        'flask==3.0',
        '-e .',
        './libs/own[extra] ; python_version > "3"',
        '--editable=../shared',
      ],
      ...['its @ file:libs/its/', 'x @ https://h/x', '-e git+https://h/x.git#egg=x', '/abs/lib'],
      ...['./libs/own-1.0-py3-none-any.whl', '-r other.txt', '--find-links wheels/all', 'a.b'],
    ].join('\n');
    expect(found('pip install -r requirements.txt', { 'requirements.txt': text })).toEqual([
      '-e . requirements.txt:3',
      'libs/own requirements.txt:4',
      '-e ../shared requirements.txt:5',
      'libs/its requirements.txt:6',
    ]);
  });

  it('is what the command names itself', () => {
    const venv = 'python3 -m venv .venv && .venv/bin/pip install';
    expect(found(`${venv} -e .`)).toEqual(['-e .']);
    expect(found(`${venv} -r reqs/base.txt -c ./c.txt --no-deps '.[prod]' && echo ./x`)).toEqual([
      '.',
    ]);
    expect(found(`${venv} .[prod] ./libs/own`)).toEqual(['.', 'libs/own']);
    expect(found('npm ci', {})).toEqual([]);
  });

  it('is the project itself of uv and Poetry, and what it names by a path', () => {
    const uv = '[project]\nname = "a"\n[tool.uv.sources]\nb = { path = "../b", editable = true }\n';
    expect(found('uv sync', { 'pyproject.toml': uv }, ['uv.lock'])).toEqual([
      '-e ../b pyproject.toml:4',
    ]);
    const built = `[build-system]\n${uv}`;
    expect(found('uv sync', { 'pyproject.toml': built }, ['uv.lock'])[0]).toBe('-e .');
    const poetry = '[tool.poetry]\nb = {path = "libs/b"}\n';
    expect(found('poetry install', { 'pyproject.toml': poetry }, ['poetry.lock'])).toEqual([
      ...['-e .', 'libs/b pyproject.toml:2'],
    ]);
    const none = { 'pyproject.toml': `${poetry}package-mode = false\n` };
    expect(found('poetry install', none, ['poetry.lock'])).toEqual(['libs/b pyproject.toml:2']);
  });

  it('counts with its contents where they are copied, else with what says how it is made', () => {
    const entries = [
      { path: 'pyproject.toml', text: 'p1' },
      { path: 'src/a/__init__.py', text: 'a1' },
      { path: 'src/a/b.py', text: 'b1' },
      { path: 'data.csv', text: 'd1' },
    ];
    expect(countingFiles({ editable: false }, entries)).toEqual(['p1', 'a1', 'b1', 'd1']);
    expect(countingFiles({ editable: true }, entries)).toEqual(['p1', 'src/a']);
  });
});
