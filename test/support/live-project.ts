import { httpProbe } from './http-probe.ts';

/**
 * A project for the live loop: `lib`, `app` that uses it and serves over HTTP with a health check,
 * `quiet` that serves without one, and `store`, a plain service with data. What the commands do is
 * decided by scripts; nothing needs a registry.
 */

/** Says who answers: process, text of the environment, and version of the source. */
const SERVER = `
require('node:http')
  .createServer((request, response) => response.end([process.pid, process.env.GREETING, 'v1'].join(' ')))
  .listen(3000);
`;

const GOOD = 'echo fine\n';

export const LIVE_PROJECT: Readonly<Record<string, string>> = {
  'dev.yaml': `name: live
modules:
  lib:
    image: node
    compile: sh compile.sh
    lint: sh lint.sh
  app:
    image: node
    uses: lib
    compile: sh compile.sh
    test: sh test.sh
    run: node server.js
  quiet:
    image: node
    compile: sh compile.sh
    run: sh run.sh
`,
  'compose/base.yaml': `services:
  app:
    environment: { GREETING: '\${GREETING:-hello}' }
    healthcheck:
      test: ${httpProbe(3000)}
      interval: 500ms
      timeout: 5s
      retries: 2
      start_period: 60s
      start_interval: 200ms
  store:
    image: onestack/os
    command: [sleep, infinity]
    init: true
    user: root
    volumes: ['data:/data', './profiles/dev/motd:/etc/motd-of-the-day:ro']
volumes:
  data:
`,
  'profiles/dev/motd': 'first\n',
  // Found by the session before the system's own, if that has one.
  'bin/notify-send': '#!/bin/sh\necho "$@" >> "$(dirname "$0")/notifications"\n',
  'lib/compile.sh': GOOD,
  'lib/lint.sh': GOOD,
  'app/compile.sh': GOOD,
  'app/test.sh': GOOD,
  'app/server.js': SERVER,
  'app/package.json': '{ "name": "app", "version": "1.0.0" }\n',
  'app/package-lock.json': lockfile({}),
  'app/dep/package.json': '{ "name": "dep", "version": "1.0.0" }\n',
  'quiet/compile.sh': GOOD,
  'quiet/run.sh': 'exec node server.js\n',
  'quiet/server.js': SERVER,
};

/** A lockfile of `app` with these dependencies: folders of the module, so that no registry is asked. */
export function lockfile(dependencies: Readonly<Record<string, string>>): string {
  const folders = Object.entries(dependencies).flatMap(([name, path]) => [
    [path.replace('file:', ''), { name, version: '1.0.0' }],
    [`node_modules/${name}`, { resolved: path.replace('file:', ''), link: true }],
  ]);
  const root = { name: 'app', version: '1.0.0', dependencies };
  const packages = Object.fromEntries([['', root], ...folders]) as object;
  return `${JSON.stringify({ name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true, packages }, null, 2)}\n`;
}
