// Bundles src/main.ts into dist/: one small entry, the rest in chunks that load on first use.
import { readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

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
      { filter: /^(docker-modem\/lib\/ssh|dockerode\/lib\/session)\.js$/ },
      (a) => ({
        path: a.path,
        external: true,
      }),
    );
  },
};

rmSync(join(root, 'dist'), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  sourcemap: 'linked',
  chunkNames: 'chunks/[name]-[hash]',
  define: { ONESTACK_VERSION: JSON.stringify(version) },
  external: ['node-pty', 'inquirer', 'blessed', 'fsevents'],
  plugins: [lazyTransports],
  banner: {
    js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);",
  },
  logLevel: 'warning',
});
const entry = join(root, 'dist/main.js');
writeFileSync(entry, `#!/usr/bin/env node\n${readFileSync(entry, 'utf8')}`);
chmodSync(entry, 0o755);
