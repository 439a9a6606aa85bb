// Bundles the tool into dist/: main.js, which every call loads, and the program in one file of CommonJS,
// whose modules come to life on first use; and once more with the few commands of src/cli/quick-command.ts. V8's compiled form of such a file can be kept, which of ES
// modules it cannot.
//
// The program's name carries its content's hash, and main.js is replaced last, by a rename: whoever
// starts meanwhile finds the one or the other, whole. With `--only`, for a package, programs of earlier
// builds are removed at once, otherwise after a day.
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * dockerode pulls in its SSH transport and its gRPC session at start-up, which costs more than
 * everything else together. Nobody needs them before the first call, so they load then.
 */
const lazyTransports = {
  name: 'lazy-transports',
  setup(builder) {
    builder.onLoad({ filter: /docker-modem\/lib\/ssh\.js$/ }, () => ({
      contents: `module.exports = (options) => require('docker-modem/lib/ssh.js')(options);`,
      resolveDir: root,
    }));
    builder.onLoad({ filter: /dockerode\/lib\/session\.js$/ }, () => ({
      contents: `module.exports = (...a) => require('dockerode/lib/session.js')(...a);`,
      resolveDir: root,
    }));
    builder.onResolve(
      { filter: /^(docker-modem\/lib\/ssh|dockerode\/lib\/(session|buildkit))\.js$/ },
      (a) => ({
        path: a.path,
        external: true,
      }),
    );
  },
};

/** A text of a library's with another line in it; told where a new version has none such any more. */
function patched(path, old, line) {
  const text = readFileSync(path, 'utf8');
  if (!text.includes(old)) throw new Error(`${path} has no ${old} any more: see scripts/build.mjs`);
  return { contents: text.replace(old, line) };
}

/**
 * docker-modem writes each request out for its debugger, also where nobody listens: 5 ms of every command,
 * and more of `dev up`, which asks often.
 */
const quickRequests = {
  name: 'quick-requests',
  setup(builder) {
    const sending = `debug('Sending: %s', util.inspect(`;
    builder.onLoad({ filter: /docker-modem\/lib\/modem\.js$/ }, ({ path }) =>
      patched(path, sending, `if (debug.enabled) ${sending}`),
    );
  },
};

/**
 * Node's cryptography and TLS take 7 ms to load, and most commands hash short texts and ask the engine through a
 * socket: they load when something of them is used.
 */
const lazyBuiltins = {
  name: 'lazy-builtins',
  setup(builder) {
    const filter = /^(?:node:)?(?:crypto|https|tls)$/;
    const namespace = 'lazy-builtins';
    builder.onResolve({ filter }, (a) => {
      const path = `node:${a.path.replace('node:', '')}`;
      return a.namespace === namespace ? { path, external: true } : { path, namespace };
    });
    builder.onLoad({ filter, namespace }, async ({ path }) => ({
      contents: Object.keys((await import(path)).default)
        .map((name) => `late('${name}');`)
        .join('')
        .concat(
          `function late(name) {
            Object.defineProperty(exports, name, {
              enumerable: true,
              get: () => require('${path}')[name],
              // Of who has these exports as its prototype.
              set(value) {
                Object.defineProperty(this, name, { value, writable: true, configurable: true });
              },
            });
          }`,
        ),
    }));
  },
};

/** V8 takes 26 ms to make the patterns of `string-width`; it loads with the first text that needs them. */
const lazyWidths = {
  name: 'lazy-widths',
  setup(builder) {
    const filter = /^string-width$/;
    builder.onResolve({ filter }, ({ path, namespace }) =>
      namespace === 'lazy' ? undefined : { path, namespace: 'lazy' },
    );
    builder.onLoad({ filter, namespace: 'lazy' }, () => ({
      contents: `module.exports = (...a) => require('string-width').default(...a);`,
      resolveDir: root,
    }));
  },
};

const startedAt = new Date();
const shared = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  // A third less text to read at every start; names stay for stack traces.
  minifySyntax: true,
  minifyWhitespace: true,
  external: [
    'node-pty',
    'inquirer',
    'blessed',
    'fsevents',
    '@jscpd/core',
    '@jscpd/tokenizer',
    'ae-cvss-calculator',
  ],
  logLevel: 'warning',
};
const versionDefined = { ONESTACK_VERSION: JSON.stringify(version) };

/** What looks and asks is called in scripts and loops: it need not read what brings and builds. */
const quickCommands = {
  name: 'quick-commands',
  setup(builder) {
    builder.onResolve({ filter: /^\.\/every-command\.ts$/ }, () => ({
      path: join(root, 'src/cli/quick-command.ts'),
    }));
  },
};

const parameters = 'exports,require,module,__filename,__dirname';

/**
 * All ASCII, so that one byte is one character and Node need not look at each: esbuild escapes what
 * is not in strings, and leaves it in patterns.
 */
const inAscii = (text) =>
  text.replace(/[^\x00-\x7f]/gu, (character) => {
    const code = character.codePointAt(0);
    if (code > 0xffff)
      throw new Error(`${character} in a pattern of the program: write it as \\u{…}`);
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });

/** The program with all commands, or with some. */
async function buildProgram(title, plugins) {
  const built = await build({
    ...shared,
    entryPoints: { [title]: 'src/main.ts' },
    sourcemap: 'external',
    sourcesContent: false,
    define: versionDefined,
    // As ES modules, of which only the used parts are kept; otherwise the same code as for Node.
    alias: {
      yaml: join(root, 'node_modules/yaml/browser/index.js'),
      'jsonc-parser': join(root, 'node_modules/jsonc-parser/lib/esm/main.js'),
    },
    // What is imported late is required: Node cannot import from code that it took out of a cache.
    supported: { 'dynamic-import': false },
    plugins: [lazyTransports, quickRequests, lazyBuiltins, lazyWidths, ...plugins],
  });
  const output = (ending) => built.outputFiles.find(({ path }) => path.endsWith(ending));
  const body = inAscii(output('.js').text);
  const name = `${title}-${createHash('sha256').update(body).digest('hex').slice(0, 12)}`;
  // The map counts lines: nothing may stand before the first one but on it.
  const text = `(function(${parameters}){${body}\n})\n//# sourceMappingURL=${name}.js.map\n`;
  return { title, name, text, map: output('.js.map').contents };
}

const [whole, quick] = await Promise.all([
  buildProgram('program', []),
  buildProgram('quick', [quickCommands]),
]);

const entry = await build({
  ...shared,
  entryPoints: { main: 'src/start.ts' },
  define: {
    ...versionDefined,
    ONESTACK_PROGRAM: JSON.stringify(whole.name),
    ONESTACK_QUICK: JSON.stringify(quick.name),
  },
});

/** The tools container's agent: one file, which is mounted into it. */
const agent = await build({
  absWorkingDir: root,
  entryPoints: { 'tools-agent': 'src/adapters/tools-agent/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minify: true,
  external: ['pg-native'],
  logLevel: 'warning',
});

/** Readers see the old file or the new one, whole. */
function writeAtomic(path, content, mode = 0o644) {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, path);
}

// Told here, where it still can be: in the sources it would come after syntax that old Nodes lack.
const [major, minor] = engines.node.replace(/^\D*/, '').split('.');
const refuseOldNode =
  `{const[a,b]=process.versions.node.split('.').map(Number);` +
  `if(a<${major}||(a===${major}&&b<${minor})){` +
  `console.error('dev: Node ${major}.${minor} or newer is needed; this is '+process.version);` +
  `process.exit(3)}}`;

const dist = join(root, 'dist');
mkdirSync(dist, { recursive: true });
for (const file of agent.outputFiles) writeAtomic(file.path, file.contents);
// The package is one of ES modules; these files are not.
writeAtomic(join(dist, 'package.json'), '{"type":"commonjs"}\n');
for (const { name, text, map } of [whole, quick]) {
  writeAtomic(join(dist, `${name}.js.map`), map);
  writeAtomic(join(dist, `${name}.js`), text);
}
const header = ['#!/usr/bin/env node', refuseOldNode];
writeAtomic(join(dist, 'main.js'), [...header, entry.outputFiles[0].text].join('\n'), 0o755);

const onlyThese = process.argv.includes('--only');
const dayAgoMs = startedAt.getTime() - 24 * 3_600_000;
for (const name of readdirSync(dist)) {
  const path = join(dist, name);
  const isProgram = [whole, quick].some(({ title }) => name.startsWith(`${title}-`));
  if (!isProgram || [whole, quick].some((now) => name.startsWith(`${now.name}.`))) continue;
  if (onlyThese || statSync(path).mtimeMs < dayAgoMs) rmSync(path);
}
// What an earlier form of the build made.
rmSync(join(dist, 'chunks'), { recursive: true, force: true });
rmSync(join(dist, 'main.js.map'), { force: true });

// The launcher compares the sources with this: edits made during the build count as newer.
writeAtomic(join(dist, '.built'), '');
utimesSync(join(dist, '.built'), startedAt, startedAt);
