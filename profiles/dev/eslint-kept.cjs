// Says whether what `eslint --cache` left may be believed the next time: only where each file's
// problems depend on that file, on its configuration and on ESLint alone. Run with `node -e` in the
// folder of the module; arguments are the cache, the folder that stays, and the configuration that
// the command names. Exit status 0: it may. `judged` in the folder: it never will, with these files.
//
// The cache tells by which configuration each file was looked at, as a hash of all of it: versions of
// plugins, options of rules, the parser's options. A configuration that was found good is good.
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { basename, dirname, join, resolve } = require('node:path');

const [cache, kept, config] = process.argv.slice(1);

/** Their rules read nothing but the file, and versions of packages, which are part of the key. */
const PLUGINS = new Set([
  '@eslint/js',
  '@eslint/json',
  '@stylistic/eslint-plugin',
  '@typescript-eslint/eslint-plugin',
  'eslint-plugin-jsx-a11y',
  'eslint-plugin-promise',
  'eslint-plugin-react-hooks',
  'eslint-plugin-simple-import-sort',
  'eslint-plugin-unused-imports',
]);
const PARSERS = new Set(['espree', 'typescript-eslint/parser', '@typescript-eslint/parser']);
const TYPES = [
  'project',
  'projectService',
  'program',
  'programs',
  'EXPERIMENTAL_useProjectService',
];

/** `@eslint/json:json/json@1.2.3` and `name@1.2.3` without version and namespace. */
const nameOf = (text) => text.replace(/(.)@[^@]*$/, '$1');
const isKnownPlugin = (text) => {
  // ESLint's own rules; others without a name are the project's.
  if (text === '@') return true;
  return text.includes(':') && PLUGINS.has(nameOf(text).split(':').at(-1));
};

/** Why a configuration's results depend on more than one file; undefined where they do not. */
function objection(all) {
  const { plugins = [], processor, language = '@/js', languageOptions = {} } = all;
  const strange = plugins.find((one) => !isKnownPlugin(one));
  if (strange !== undefined) return `plugin ${strange}`;
  if (processor !== undefined) return 'a processor';
  if (language !== '@/js' && !language.startsWith('json/')) return `language ${language}`;
  const { parser = 'espree', parserOptions = {} } = languageOptions;
  if (!PARSERS.has(nameOf(String(parser)))) return `parser ${String(parser)}`;
  const types = TYPES.find((name) => parserOptions[name]);
  return types === undefined ? undefined : `types, by ${types}`;
}

function goodBefore() {
  try {
    return new Set(JSON.parse(readFileSync(join(kept, 'good.json'), 'utf8')));
  } catch {
    return new Set();
  }
}

async function judge() {
  const own = createRequire(join(process.cwd(), 'package.json'));
  const eslint = own.resolve('eslint');
  const entries = createRequire(createRequire(eslint).resolve('file-entry-cache'));
  const files = entries('flat-cache')
    .load(basename(cache), dirname(resolve(cache)))
    .all();
  const good = goodBefore();
  const known = good.size;
  for (const [file, { hashOfConfig }] of Object.entries(files)) {
    if (hashOfConfig === undefined || good.has(hashOfConfig)) continue;
    const { loadESLint } = own('eslint');
    const ESLint = await loadESLint({ useFlatConfig: true });
    const options = config === '' ? {} : { overrideConfigFile: config };
    const all = await new ESLint(options).calculateConfigForFile(file);
    const why = all === undefined ? 'no configuration' : objection(JSON.parse(JSON.stringify(all)));
    if (why !== undefined) {
      writeFileSync(join(kept, 'judged'), `${why}\n`);
      process.exitCode = 1;
      return;
    }
    good.add(hashOfConfig);
  }
  if (good.size > known) writeFileSync(join(kept, 'good.json'), JSON.stringify([...good]));
}

if (process.env.ESLINT_USE_FLAT_CONFIG === 'false') process.exitCode = 1;
else
  judge().catch(() => {
    process.exitCode = 1;
  });
