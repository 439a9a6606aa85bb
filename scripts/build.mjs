// Bundles src/main.ts into dist/: one small entry, the rest in chunks that load on first use.
//
// A session that runs in the background loads its chunks late, perhaps after the next build. So a
// build only adds chunks (their names carry their content's hash), replaces the entry last, by a
// rename, and leaves the chunks of earlier builds in place for a while; with `--only`, for a package,
// it does not.
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
import { basename, dirname, join } from 'node:path';
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

/** Keeps the quick way of `dev tools` out of the chunks; it is built on its own below. */
const toolsRunAlone = {
  name: 'tools-run-alone',
  setup(builder) {
    builder.onResolve({ filter: /\/tools-fast-path\.ts$/ }, () => ({
      path: './chunks/tools-run.js',
      external: true,
    }));
  },
};

const startedAt = new Date();
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // A third of the text to parse at every start; names stay for stack traces.
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  chunkNames: 'chunks/[name]-[hash]',
  define: { ONESTACK_VERSION: JSON.stringify(version) },
  // As ES modules, of which only the used parts are kept; otherwise the same code as for Node.
  alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
  external: ['node-pty', 'inquirer', 'blessed', 'fsevents'],
  plugins: [lazyTransports, toolsRunAlone],
  banner: {
    // What CommonJS packages expect to find.
    js: [
      "import{createRequire as __cr}from'node:module';",
      "import{fileURLToPath as __fp}from'node:url';import{dirname as __dn}from'node:path';",
      'const require=__cr(import.meta.url),__filename=__fp(import.meta.url),__dirname=__dn(__filename);',
    ].join(''),
  },
  logLevel: 'warning',
});

/** `dev tools -- CMD` loads one file instead of half a dozen chunks: its start is all that it does. */
const toolsRun = await build({
  absWorkingDir: root,
  entryPoints: { 'tools-run': 'src/adapters/tools-fast-path.ts' },
  outdir: 'dist/chunks',
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  logLevel: 'warning',
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
const chunks = join(dist, 'chunks');
mkdirSync(chunks, { recursive: true });
const header = ['#!/usr/bin/env node', refuseOldNode];
const isEntry = (file) => dirname(file.path) === dist && file.path.endsWith('.js');
for (const file of outputFiles.filter((each) => !isEntry(each))) {
  if (dirname(file.path) === dist && file.path.endsWith('.js.map')) {
    // The header moves the entry's lines down: one `;` a line.
    const map = JSON.parse(file.text);
    writeAtomic(
      file.path,
      JSON.stringify({ ...map, mappings: ';'.repeat(header.length) + map.mappings }),
    );
  } else {
    writeAtomic(file.path, file.contents);
  }
}
for (const entry of outputFiles.filter(isEntry)) {
  writeAtomic(entry.path, [...header, entry.text].join('\n'), 0o755);
}

for (const file of [...agent.outputFiles, ...toolsRun.outputFiles])
  writeAtomic(file.path, file.contents);

const current = new Set(
  [...outputFiles, ...toolsRun.outputFiles].map((file) => basename(file.path)),
);
const onlyThese = process.argv.includes('--only');
const dayAgoMs = startedAt.getTime() - 24 * 3_600_000;
for (const name of readdirSync(chunks)) {
  const path = join(chunks, name);
  if (!current.has(name) && (onlyThese || statSync(path).mtimeMs < dayAgoMs)) rmSync(path);
}

// The launcher compares the sources with this: edits made during the build count as newer.
writeAtomic(join(dist, '.built'), '');
utimesSync(join(dist, '.built'), startedAt, startedAt);
