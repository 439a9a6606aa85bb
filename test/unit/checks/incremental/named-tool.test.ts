import { describe, expect, it } from 'vitest';
import { namedTool } from '../../../../src/checks/incremental/named-tool.ts';

const SCRIPTS = {
  build: 'tsc -p tsconfig.build.json',
  lint: 'eslint "src/**/*.ts" --max-warnings 0',
  test: 'NODE_ENV=test vitest run',
  both: 'tsc && node copy.js',
  piped: 'tsc | tee out',
  nested: 'npm run build',
  prebuilt: 'tsc',
  preprebuilt: 'rm -rf dist',
  posted: 'tsc',
  postposted: 'tsc-alias',
  exec: 'npx tsc',
};

describe('the program that a check’s text comes to', () => {
  it.each([
    ['tsc --noEmit', 'tsc --noEmit', ' '],
    ['npx tsc --noEmit', 'tsc --noEmit', ' '],
    ['npx --no-install eslint .', 'eslint .', ' '],
    ['node_modules/.bin/tsc', 'tsc', ' '],
    ['./node_modules/.bin/eslint .', 'eslint .', ' '],
    ['NODE_ENV=test tsc', 'tsc', ' '],
    ['npm run build', 'tsc -p tsconfig.build.json', ' -- '],
    ['npm run -s build', 'tsc -p tsconfig.build.json', ' -- '],
    ['npm --silent run build', 'tsc -p tsconfig.build.json', ' -- '],
    ['npm run build -- --pretty', 'tsc -p tsconfig.build.json --pretty', ' '],
    ['npm run lint -- -s', 'eslint src/**/*.ts --max-warnings 0 -s', ' '],
    ['npm test', 'vitest run', ' -- '],
    ['npm t', 'vitest run', ' -- '],
    ['pnpm lint', 'eslint src/**/*.ts --max-warnings 0', ' '],
    ['pnpm run -s lint --quiet', 'eslint src/**/*.ts --max-warnings 0 --quiet', ' '],
    ['pnpm exec tsc -p x', 'tsc -p x', ' '],
    ['yarn build', 'tsc -p tsconfig.build.json', ' '],
    ['yarn -s run build --pretty', 'tsc -p tsconfig.build.json --pretty', ' '],
    ['yarn tsc --noEmit', 'tsc --noEmit', ' '],
    ['npm run exec', 'tsc', ' -- '],
    ['tools/tsc', 'tools/tsc', ' '],
  ])('%s is %s', (text, words, joint) => {
    const tool = namedTool(text, SCRIPTS);
    expect(tool).toMatchObject({ joint });
    expect('name' in tool && [tool.name, ...tool.args].join(' ')).toBe(words);
  });

  it.each([
    ['tsc && eslint .', 'it is more than one plain command'],
    ['tsc; true', 'it is more than one plain command'],
    ['tsc &', 'it is more than one plain command'],
    ['tsc $FLAGS', 'it is more than one plain command'],
    ['tsc "$FLAGS"', 'it is more than one plain command'],
    ['tsc `flags`', 'it is more than one plain command'],
    ['tsc >out', 'it is more than one plain command'],
    ['tsc # all of it', 'it is more than one plain command'],
    ['tsc\neslint .', 'it is more than one plain command'],
    ["tsc 'open", 'it is more than one plain command'],
    ['NODE_ENV=test', 'it is more than one plain command'],
    ['npm run both', 'the script both is more than one plain command'],
    ['npm run piped', 'the script piped is more than one plain command'],
    ['npm run nested', 'the script nested runs another script'],
    ['npm run prebuilt', 'the script preprebuilt runs with prebuilt'],
    ['npm run posted', 'the script postposted runs with posted'],
    ['npm run nothing', 'package.json has no script nothing'],
    ['npm run build --workspaces', 'npm has options of its own'],
    ['npm run --workspaces build', 'npm runs no script'],
    ['npm ci', 'npm runs no script'],
    ['npx -p typescript tsc', 'npx has options of its own'],
    ['npx typescript@4 tsc', 'npx has options of its own'],
    ['pnpm -r build', 'pnpm has options of its own'],
    ['yarn build -- --pretty', 'yarn has options of its own'],
  ])('%s: %s', (text, why) => {
    expect(namedTool(text, SCRIPTS)).toEqual({ why });
  });

  it('has no scripts where there is no package.json', () => {
    expect(namedTool('npm run build', undefined)).toEqual({
      why: 'package.json has no script build',
    });
    expect(namedTool('npm run toString', {})).toEqual({
      why: 'package.json has no script toString',
    });
  });
});
