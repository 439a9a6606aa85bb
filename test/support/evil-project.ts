import { ATTACKS } from './hostile-text.ts';

/** Bytes that are no UTF-8, controls of eight bits among them. */
const RAW = [
  [0x72, 0x9b, 0x32, 0x4a, 0x9d, 0x30, 0x3b, 0x50, 0x57, 0x4e, 0x9c, 0x0a],
  [0xff, 0xfe, 0xc3, 0x28, 0xf0, 0x28, 0x8c, 0xbc, 0x0a],
];

/**
 * Says every attack in its log, its checks' output and its answers: once for a check (`once`), in the
 * places of diagnostics (`diag`), and as a service.
 */
const EVIL = `
const attacks = ${JSON.stringify(ATTACKS.filter((attack) => !attack.includes('\n')))};
const raw = ${JSON.stringify(RAW)};
const mode = process.argv[2];
const say = (text) => process.stdout.write(text);
if (mode === 'diag') {
  attacks.forEach((attack, at) => say(\`src/a.ts(\${at + 1},2): error TS1: \${attack}message\\n\`));
  say('src/\\x1b]0;PWNED\\x07b\\u202e.ts(1,2): error TS2: in a name\\n');
} else {
  attacks.forEach((attack, at) => say(\`<\${at}>\${attack}</\${at}>\\n\`));
  for (const bytes of raw) process.stdout.write(Buffer.from(bytes));
}
if (mode !== undefined) process.exitCode = 1;
else {
  say(\`begin-\${'x'.repeat(5e6)}-end\\n\`);
  say(JSON.stringify({ level: 50, time: Date.now(), msg: \`of json \${attacks.join(' ')}\`, key: attacks }) + '\\n');
  say('after the long line\\n');
  require('node:http')
    .createServer((_request, response) => {
      response.writeHead(500).end(attacks.join(' '));
    })
    .listen(3000);
}
`;

const PROBE = `console.log('\\\\u001b]0;PWNED\\\\u0007 \\\\u001b[2J \\\\u009b2J'); fetch('http://localhost:3000').then(() => process.exit(0), () => process.exit(1))`;

/** A module that attacks the terminal of whoever looks at it, by all that it says and is named. */
export const EVIL_PROJECT: Readonly<Record<string, string>> = {
  'dev.yaml': `name: evil
modules:
  app:
    image: node
    run: node evil.js
    test: node evil.js once
    lint: node evil.js diag
probes:
  answers:
    request: { url: "http://app:3000/", expect: { status: 200, contains: nothing } }
    stages:
      - app: http://app:3000/
commands:
  seed: { run: "printf '\\033]0;PWNED\\007%s'", in: app, about: "does \\x1b]0;PWNED\\x07 \\u202enothing" }
windows:
  - name: "w\\x1b]0;PWNED\\x07\\u202e#(touch pwned)"
    panes:
      - logs: app
      - checks: app
`,
  'compose/base.yaml': `services:
  app:
    labels: { note: "\\x1b]0;PWNED\\x07\\u202e" }
    healthcheck:
      test: [CMD, node, -e, "${PROBE}"]
      interval: 2s
      start_period: 60s
      start_interval: 300ms
`,
  'tools-container/bin/evil': `#!/bin/sh
# evil: \u001b]0;PWNED\u0007does \u202enothing
# example: evil \u009b2J
`,
  'app/evil.js': EVIL,
  'broken.pem': '-----BEGIN CERTIFICATE-----\nMIIBrokenbroken\n-----END CERTIFICATE-----\n',
};
