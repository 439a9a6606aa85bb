import type { Edit, TwinSetup } from './check-twins.ts';

const MODULES = 5;

function moduleText(index: number): string {
  const used = String(index - 1);
  const head = index === 0 ? '' : `import { f${used} } from './m${used}.js';\n`;
  const value = index === 0 ? '1' : `await f${used}()`;
  return `${head}export async function f${String(index)}() {\n  return ${value};\n}\n`;
}

const NO_RULES = 'export default {};\n';

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "twin", "type": "module", "scripts": { "lint": "eslint ." } }\n',
  'tsconfig.json':
    '{ "compilerOptions": { "module": "nodenext", "strict": true, "types": [] }, "include": ["src"] }\n',
  'eslint.config.js': `import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import rules from './rules.js';

export default defineConfig(
  eslint.configs.recommended,
  tseslint.configs.strict,
  tseslint.configs.stylistic,
  rules,
);
`,
  'rules.js': NO_RULES,
  ...Object.fromEntries(
    Array.from({ length: MODULES }, (_, index) => [`src/m${String(index)}.ts`, moduleText(index)]),
  ),
};

const file = (below: number): string => `src/m${String(below)}.ts`;

/** A line at the end of some module, or it goes again. */
const toggle =
  (what: string, line: string): Edit =>
  (edited) => {
    const path = file(edited.random.under(MODULES));
    const text = edited.read(path);
    if (text === undefined) return undefined;
    const next = text.includes(line) ? text.replace(line, '') : `${text}${line}`;
    edited.write(path, next, edited.random.under(3) === 0);
    return `${what} in ${path}`;
  };

/** What the configuration reads from the file beside it. */
const configured =
  (what: string, text: string): Edit =>
  (edited) => {
    edited.write('rules.js', edited.read('rules.js') === text ? NO_RULES : text);
    return `${what} or not`;
  };

const EDITS: Readonly<Record<string, Edit>> = {
  var: toggle('var', 'var x = 1;\nexport { x };\n'),
  'a name': toggle('an unused name', 'const unused = 1;\n'),
  any: toggle('any', 'export const loose: any = 1;\n'),
  'a directive': toggle('a directive', '/* eslint-disable no-var */\n'),
  'a syntax error': toggle('a syntax error', 'const = ;\n'),
  'a comment': toggle('a comment', '// a comment\n'),
  'same length': (edited) => {
    const path = file(edited.random.under(MODULES));
    const text = edited.read(path);
    if (text === undefined) return undefined;
    const next = text.includes('let q')
      ? text.replace('let q', 'var q')
      : text.replace('var q', 'let q');
    edited.write(path, next === text ? `${text}export let q = 1;\n` : next, true);
    return `the same length in ${path}`;
  },
  // The rules that ask for types see this one in the modules that call it.
  'a promise': (edited) => {
    const path = file(edited.random.under(MODULES));
    const text = edited.read(path);
    if (text === undefined) return undefined;
    edited.write(
      path,
      text.includes('export async function')
        ? text.replace('export async function', 'export function').replace('await ', '')
        : text.replace('export function', 'export async function'),
    );
    return `a promise or none in ${path}`;
  },
  'a module': (edited) => {
    const path = file(edited.random.under(MODULES));
    if (edited.read(path) === undefined) edited.write(path, moduleText(Number(path.slice(5, 6))));
    else if (edited.random.under(2) === 0) edited.remove(path);
    else edited.move(path, path.replace('.ts', 'x.ts'));
    return `come, go or another name of ${path}`;
  },
  'a rule': configured('a rule', "export default { rules: { 'no-var': 'warn' } };\n"),
  'an ignored file': configured('an ignored file', "export default { ignores: ['src/m1.ts'] };\n"),
  types: configured(
    'types',
    `export default {
  files: ['**/*.ts'],
  languageOptions: { parserOptions: { projectService: true } },
  rules: { '@typescript-eslint/await-thenable': 'error' },
};
`,
  ),
  'a plugin of its own': configured(
    'a plugin of its own',
    `import { readFileSync } from 'node:fs';
const length = readFileSync(new URL('./package.json', import.meta.url)).length;
const rule = { create: (context) => ({ Program: (node) => length % 2 && context.report({ node, message: 'odd' }) }) };
export default { plugins: { own: { meta: { name: 'own', version: '1.0.0' }, rules: { rule } } }, rules: { 'own/rule': 'error' } };
`,
  ),
  'a plugin without a name': configured(
    'a plugin without a name',
    `const rule = { create: (context) => ({ VariableDeclaration: (node) => context.report({ node, message: 'no' }) }) };
export default { plugins: { own: { rules: { rule } } }, rules: { 'own/rule': 'error' } };
`,
  ),
  'a broken configuration': configured(
    'a broken configuration',
    "export default { rules: { 'no-such': 1 } };\n",
  ),
  'package.json': (edited) => {
    const text = edited.read('package.json') ?? '';
    edited.write(
      'package.json',
      text.includes('  ') ? text.replace('  ', ' ') : `${text.trimEnd()} \n`,
    );
    return 'package.json of another length';
  },
};

export const ESLINT_TWINS: TwinSetup = {
  files: FILES,
  packages: ['eslint', '@eslint/js', 'typescript-eslint', 'typescript'],
  kind: 'lint',
  run: 'node_modules/.bin/eslint .',
  edits: EDITS,
};
