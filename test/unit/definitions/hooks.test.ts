import { describe, expect, it } from 'vitest';
import { summary } from '../../support/definition-failures.ts';
import { failures, project } from '../../support/definition-text.ts';

function hooksOf(text: string) {
  return project(text).hooks.map(({ environment, ...hook }) => ({
    ...hook,
    environment: Object.fromEntries(environment),
  }));
}

describe('hooks', () => {
  it('come in the order in which they run, alone or in a list, with a command’s place', () => {
    const text = `name: a
modules: { api: { image: node, install: false, run: node x.js } }
commands: { seed: { run: npm run seed, in: api, environment: { ROWS: 5 } } }
hooks:
  before-down: { run: ./save.sh, in: host }
  after-up: npm run migrate
  after-reset:
    - { run: ./schema.sh, in: api, timeout: 90s }
    - { command: seed }
`;
    const rest = { timeoutMs: 1_800_000, environment: {} };
    expect(hooksOf(text)).toEqual([
      {
        ...rest,
        event: 'after-reset',
        number: 1,
        run: './schema.sh',
        in: 'api',
        timeoutMs: 90_000,
      },
      {
        ...rest,
        ...{ event: 'after-reset', number: 2, run: 'npm run seed', in: 'api' },
        environment: { ROWS: '5' },
      },
      { ...rest, event: 'after-up', number: 1, run: 'npm run migrate', in: 'tools' },
      { ...rest, event: 'before-down', number: 1, run: './save.sh', in: 'host' },
    ]);
  });

  it.each([
    ['{after-down: x}', '2:9 «after-down» unknown key "after-down" in hooks'],
    ['{after-up: [{command: sed}]}', '2:30 «sed» there is no command "sed"'],
    ['{after-up: [{in: api}]}', 'this hook says neither run: nor command:'],
    ['{after-up: {run: x, rum: y}}', '2:28 «rum» unknown key "rum" in hooks.after-up'],
    ['{after-up: {run: x, in: apo}}', '2:32 «apo» there is no service "apo"'],
    ['{after-up: {run: x, command: seed}}', '2:20 «run» run stands beside command: seed'],
  ])('%s is told with its place', (hooks, expected) => {
    const text = `name: a\nhooks: ${hooks}\ncommands: {seed: x}\nservices: {api: postgres}\n`;
    expect(summary(failures(text))).toEqual([expect.stringContaining(expected)]);
  });
});
