import type { Edit, Edited, TwinSetup } from './check-twins.ts';

const MODULES = 6;

/** Modules that use each other in every way that TypeScript has: types, values, constants, inference. */
function moduleText(index: number): string {
  const own = String(index);
  const used = String(index - 1);
  const first = index === 0;
  return `${first ? '' : `import { type T${used}, f${used}, C${used}, E${used} } from './m${used}.js';\n`}
export interface T${own} { id: number; name: string }
export const enum E${own} { A = 1, B = 2 }
export class C${own} { value = 1 }
export function f${own}(t: T${own}) { return t; }
${
  first
    ? ''
    : `export const n${own}: number = f${used}({ id: 1, name: 'x' }).id;
export const e${own}: number = E${used}.A;
export function g${own}(c: C${used}, t: T${used}) { return [c.value, t.name] as const; }
export const inferred${own} = f${used}({ id: 1, name: 'x' });`
}
`;
}

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "twin", "type": "module", "scripts": { "build": "tsc" } }\n',
  'tsconfig.json': `{
  // of the twins
  "compilerOptions": {
    "target": "ES2022", "lib": ["ES2022"], "module": "nodenext", "types": [],
    "rootDir": "src", "outDir": "dist", "strict": true, "skipLibCheck": true,
    "resolveJsonModule": true,
  },
  "include": ["src"],
}
`,
  ...Object.fromEntries(
    Array.from({ length: MODULES }, (_, index) => [`src/m${String(index)}.ts`, moduleText(index)]),
  ),
  'src/index.ts': "export * from './m1.js';\nexport * from './m5.js';\n",
  'src/uses.ts': `import { f5, n1, type T5 } from './index.js';
import { depth } from 'dep';
import data from './data.json' with { type: 'json' };
export const t: T5 = f5({ id: n1, name: 'y' });
export const d: number = depth;
export const size: number = data.size;
// @ts-expect-error it is no number
export const wrong: number = 'x';
`,
  'src/data.json': '{ "size": 1 }\n',
  'node_modules/dep/package.json': '{ "name": "dep", "version": "1.0.0", "types": "index.d.ts" }\n',
  'node_modules/dep/index.d.ts': 'export declare const depth: number;\n',
};

const aModuleOf = (edited: Edited): string => `src/m${String(edited.random.under(MODULES))}.ts`;

/** One text for another in some module, or back; without `path` in one that has either. */
const swap =
  (what: string, a: RegExp, b: string, back: RegExp, then: string, path?: string): Edit =>
  (edited) => {
    const file = path ?? aModuleOf(edited);
    const text = edited.read(file);
    if (text === undefined) return undefined;
    const next = a.test(text) ? text.replace(a, b) : text.replace(back, then);
    if (next === text) return undefined;
    edited.write(file, next, edited.random.under(3) === 0);
    return `${what} in ${file}`;
  };

/** A line at the end of some module, or it goes again. */
const toggle =
  (what: string, line: string, path?: string): Edit =>
  (edited) => {
    const file = path ?? aModuleOf(edited);
    const text = edited.read(file);
    if (text === undefined) return undefined;
    edited.write(file, text.includes(line) ? text.replace(line, '') : `${text}${line}`);
    return `${what} in ${file}`;
  };

/** A whole file, or it goes again. */
const comeAndGo =
  (path: string, ...texts: readonly string[]): Edit =>
  (edited) => {
    if (edited.read(path) === undefined) edited.write(path, edited.random.pick(texts));
    else edited.remove(path);
    return `come or go of ${path}`;
  };

const flip =
  (name: string, ...values: readonly string[]): Edit =>
  (edited) => {
    const text = edited.read('tsconfig.json') ?? '';
    const value = edited.random.pick(values);
    const line = `    "${name}": ${value},\n`;
    const without = text.replace(new RegExp(`    "${name}": .*\n`), '');
    const next =
      without === text ? text.replace('  },\n  "include', `${line}  },\n  "include`) : without;
    edited.write('tsconfig.json', next);
    return `${name} ${value} in tsconfig.json or not`;
  };

/** Another branch, whose files have the times that they were left with: kept in a file beside. */
const branches = new WeakMap<Edited, ReadonlyMap<string, string>>();
const switchBranch: Edit = (edited) => {
  const now = new Map(
    ['src', 'tsconfig.json']
      .flatMap((one) => (one === 'src' ? edited.list('src') : [one]))
      .map((path) => [path, edited.read(path) ?? '']),
  );
  const other = branches.get(edited);
  branches.set(edited, now);
  if (other === undefined) return undefined;
  for (const path of now.keys()) if (!other.has(path)) edited.remove(path);
  for (const [path, text] of other) edited.write(path, text, true);
  return 'another branch';
};

const EDITS: Readonly<Record<string, Edit>> = {
  'type of a member': swap(
    'a member’s type',
    /id: number/,
    'id: string',
    /id: string/,
    'id: number',
  ),
  'a member': swap(
    'a member',
    /; name: string }/,
    ' }',
    /(interface T\d \{ id: \w+) }/,
    '$1; name: string }',
  ),
  'constant of an enum': swap('a constant', /A = 1/, 'A = 7', /A = 7/, 'A = 1'),
  'inferred type': swap(
    'an inferred type',
    /return t;/,
    'return [t];',
    /return \[t\];/,
    'return t;',
  ),
  'value or type': swap(
    'a class or an interface',
    /export class (C\d) \{ value = 1 }/,
    'export interface $1 { value: number }',
    /export interface (C\d) \{ value: number }/,
    'export class $1 { value = 1 }',
  ),
  'an export': swap(
    'an export',
    /export function f/,
    'function f',
    /^function f/m,
    'export function f',
  ),
  'a re-export': swap(
    'a re-export',
    /'.\/m5.js'/,
    "'./m3.js'",
    /'.\/m3.js'/,
    "'./m5.js'",
    'src/index.ts',
  ),
  'expected error': swap(
    'an expected error',
    /number = 'x'/,
    'number = 1',
    /number = 1;$/m,
    "number = 'x';",
    'src/uses.ts',
  ),
  data: swap('data', /"size": 1/, '"size": ""', /"size": ""/, '"size": 1', 'src/data.json'),
  'a package': swap(
    'a package',
    /depth: number/,
    'depth: string',
    /depth: string/,
    'depth: number',
    'node_modules/dep/index.d.ts',
  ),
  'an error': toggle('an error', "const wrong: number = 'x';\n"),
  'a syntax error': toggle('a syntax error', 'const = ;\n'),
  'a comment': toggle('a comment', '// a comment\n'),
  'a local': toggle('an unused local', 'const unused = 1;\n'),
  'a global': toggle('a global', 'declare global { interface Shared { id: number } }\n'),
  'use of a global': toggle('use of a global', 'export const shared: Shared = { id: 1 };\n'),
  'a missing import': toggle('an import', "export { late } from './late.js';\n"),
  'a circle': toggle('a circle', "import './m5.js';\n", 'src/m0.ts'),
  'a late file': comeAndGo('src/late.ts', 'export const late = 1;\n', 'export {};\n'),
  'an ambient file': comeAndGo(
    'src/ambient.d.ts',
    'interface Shared { id: number }\n',
    'interface Shared { id: string }\n',
    'declare module "dep" { export const depth: string }\n',
  ),
  'a script': comeAndGo(
    'src/script.ts',
    'const unused = 1;\n',
    'interface Shared { id: string }\n',
  ),
  'a module': (edited) => {
    const gone = aModuleOf(edited);
    if (edited.read(gone) === undefined) edited.write(gone, moduleText(Number(gone.slice(5, 6))));
    else if (edited.random.under(2) === 0) edited.remove(gone);
    else edited.move(gone, gone.replace('.ts', 'x.ts'));
    return `come, go or another name of ${gone}`;
  },
  'a strange name': (edited) => {
    const found = edited.list('src').find((path) => /m\dx\.ts$/.test(path));
    if (found === undefined) return undefined;
    edited.move(found, found.replace('x.ts', '.ts'));
    return `the old name of ${found}`;
  },
  strict: flip('noUnusedLocals', 'true'),
  null: flip('strictNullChecks', 'false'),
  indexed: flip('exactOptionalPropertyTypes', 'true'),
  target: flip('removeComments', 'true'),
  declarations: flip('declaration', 'true'),
  maps: flip('sourceMap', 'true'),
  isolated: flip('isolatedModules', 'true'),
  careful: flip('noEmitOnError', 'true'),
  silent: flip('noEmit', 'true'),
  'no output': (edited) => {
    edited.remove('dist');
    return 'dist removed';
  },
  'an output': (edited) => {
    const outputs = edited.list('dist');
    if (outputs.length === 0) return undefined;
    const path = edited.random.pick(outputs);
    if (edited.random.under(2) === 0) edited.remove(path);
    else edited.write(path, `${edited.read(path) ?? ''}// by hand\n`, true);
    return `${path} by hand`;
  },
  'another branch': switchBranch,
};

export const TSC_TWINS: TwinSetup = {
  files: FILES,
  packages: ['typescript'],
  kind: 'compile',
  run: 'node_modules/.bin/tsc',
  edits: EDITS,
};

/** The same, with nothing written. */
export const TSC_SILENT_TWINS: TwinSetup = {
  ...TSC_TWINS,
  run: 'node_modules/.bin/tsc --noEmit --pretty',
};
