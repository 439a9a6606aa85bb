import { describe, expect, it } from 'vitest';
import { checkCommand } from '../../../src/checks/check-command.ts';
import { summary } from '../../support/definition-failures.ts';
import { failures, project } from '../../support/definition-text.ts';

const withCheck = (check: string): string =>
  `name: a\nmodules: {api: {image: node, ${check}}}\nservices: {db: postgres}\n`;

describe('what checks are given', () => {
  it('variables, and services that have to be ready', () => {
    const text = withCheck('test: {run: npm test, needs: db, environment: {A: it’s "1", B: 2}}');
    const [check] = project(text).modules[0]?.checks ?? [];
    expect(check?.needs).toEqual(['db']);
    expect(check && checkCommand(check)).toBe(`export A='it’s "1"'\nexport B='2'\nnpm test`);
    expect(checkCommand({ run: 'npm test' })).toBe('npm test');
    const quoted = checkCommand({ run: 'x', environment: new Map([['A', "'; rm -rf /"]]) });
    expect(quoted).toBe(`export A=''\\''; rm -rf /'\nx`);
  });

  it.each([
    ['test: {run: x, needs: [bd]}', 'there is no service "bd" | Did you mean "db"?'],
    ['compile: {run: x, needs: db}', 'compile cannot need a service'],
    ['test: {run: x, environment: {"a b": 1}}', '"a b" is not a good name'],
  ])('%s is told', (check, expected) => {
    expect(summary(failures(withCheck(check)))).toEqual([expect.stringContaining(expected)]);
  });

  it('sections that hold nothing yet are none', () => {
    const text = 'name: a\nmodules:\nservices:\ncommands:\nhooks:\nwindows:\nprobes:\nparity:\n';
    expect(project(text)).toMatchObject({ modules: [], commands: [], hooks: [] });
  });
});

describe('compose:', () => {
  const compose = {
    files: ['/p/compose.yaml'],
    overrides: [],
    directory: '/p',
    byVariable: false,
    passedOver: [],
  };
  it('leaves the Compose file beside it out, or chooses others', () => {
    expect(project('name: a\n', { compose }).compose).toBe(compose);
    expect(project('name: a\ncompose: false\n', { compose }).compose).toBeUndefined();
    const chosen = project('name: a\ncompose: [web/index.ts]\n', { compose }).compose;
    expect(chosen).toMatchObject({ files: ['/p/web/index.ts'], directory: '/p/web' });
    expect(summary(failures('name: a\ncompose: gone.yaml\n', { compose }))).toEqual([
      expect.stringContaining('2:10 «gone.yaml» there is no file gone.yaml'),
    ]);
  });
});
