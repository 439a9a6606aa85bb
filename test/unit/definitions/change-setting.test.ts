import fc from 'fast-check';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { changeSetting, settingPath } from '../../../src/definitions/change-setting.ts';

const TEXT = `# mine
modules: # all
  api: # the api
    run:   true    # off sometimes
    checks: { lint: true } # flow
    ports: {}
  worker: {}
services:
watch:
  quiet: 50ms

# the end
apply: auto
`;

function changed(key: string, value: string, text = TEXT): string {
  const result = changeSetting(text, key, value);
  if (!result.ok) throw new Error(result.failure.map(({ what }) => what).join());
  return result.value;
}

/** Lines that are new, and lines that are gone. */
function difference(after: string, before = TEXT): { added: string[]; removed: string[] } {
  const [a, b] = [before.split('\n'), after.split('\n')];
  return {
    added: b.filter((line) => !a.includes(line)),
    removed: a.filter((line) => !b.includes(line)),
  };
}

describe('changeSetting', () => {
  it('takes several values of a key that may have them as people write lists', () => {
    const values = (given: string): unknown => {
      const text: unknown = parse(changed('certificates.company_ca', given));
      return (text as { certificates: { company_ca: unknown } }).certificates.company_ca;
    };
    expect(values('a.pem, /b c.pem')).toEqual(['a.pem', '/b c.pem']);
    expect(values('[a.pem, b.pem]')).toEqual(['a.pem', 'b.pem']);
    expect(values('a,b.pem')).toBe('a,b.pem');
    expect(values('none')).toBe('none');
  });

  it.each([
    ['services.My.Db.run', ['services', 'My.Db', 'run']],
    [' services.My.Db.run ', ['services', 'My.Db', 'run']],
    ['services."My.Db".ports.80', ['services', 'My.Db', 'ports', '80']],
    ['modules.a.b.checks.test', ['modules', 'a.b', 'checks', 'test']],
    ['services.run.run', ['services', 'run', 'run']],
    ['credentials.db.pass', ['credentials', 'db.pass']],
    ['certificates.company_ca', ['certificates', 'company_ca']],
  ])('takes %s for a name with dots, where it is one', (key, path) => {
    expect(settingPath(key)).toEqual(path);
  });

  it('changes what a name with dots has', () => {
    const text = 'services:\n  My.Db: { run: true }\n';
    expect(changed('services.My.Db.run', 'false', text)).toBe(
      'services:\n  My.Db: { run: false }\n',
    );
  });

  it.each([
    ['modules.api.run', 'false', ['    run:   false   # off sometimes'], 1],
    ['modules.api.checks.lint', 'false', ['    checks: { lint: false } # flow'], 1],
    ['modules.api.checks.test', 'false', ['    checks: { lint: true, test: false } # flow'], 1],
    ['modules.api.ports.3000', '13000', ['    ports: { 3000: 13000 }'], 1],
    ['modules.api.ports', '{ 80: 8080 }', ['    ports: { 80: 8080 }'], 1],
    ['modules.api.watch', 'false', ['    watch: false'], 0],
    ['modules.worker.checks.test', 'false', ['  worker: { checks: { test: false } }'], 1],
    ['services.db.data', 'recreate', ['  db:', '    data: recreate'], 0],
    ['watch.mode', 'poll', ['  mode: poll'], 0],
    ['apply', 'ask', ['apply: ask'], 1],
    ['tools.engine_socket', 'true', ['tools:', '  engine_socket: true'], 0],
  ])('%s=%s changes no other line', (key, value, added, removed) => {
    const after = changed(key, value);
    expect(difference(after).added).toEqual(added);
    expect(difference(after).removed).toHaveLength(removed);
  });

  it('puts a new key behind the last one of its group', () => {
    expect(changed('watch.mode', 'poll')).toContain('  quiet: 50ms\n  mode: poll\n\n# the end');
    expect(changed('modules.web.run', 'false')).toContain(
      '  worker: {}\n  web:\n    run: false\nservices:',
    );
  });

  it('works on an empty file, and on one without an end of line', () => {
    expect(changed('apply', 'ask', '')).toBe('apply: ask\n');
    expect(changed('watch.mode', 'poll', 'apply: ask')).toBe('apply: ask\nwatch:\n  mode: poll\n');
  });

  it('keeps comments in their column while there is room', () => {
    const text = 'apply: ask   # now\nmode: auto # how\n';
    expect(changed('apply', 'automatic', text)).toBe('apply: automatic # now\nmode: auto # how\n');
    expect(changed('apply', 'auto', text)).toContain('apply: auto  # now\n');
    expect(changed('mode', 'x', text)).toContain('mode: x    # how\n');
  });

  it('keeps the line ends of the file', () => {
    expect(changed('watch.mode', 'poll', 'watch:\r\n  quiet: 1s\r\n')).toBe(
      'watch:\r\n  quiet: 1s\r\n  mode: poll\r\n',
    );
  });

  it('quotes a value where the place needs it', () => {
    const after = changed('modules.worker.note', 'a, b');
    expect((parse(after) as { modules: { worker: unknown } }).modules.worker).toEqual({
      note: 'a, b',
    });
  });

  it.each([
    ['modules.api', 'false', '"modules.api" is a group'],
    ['apply.now', 'true', '"apply" has a value and no keys'],
    ['modules..run', 'true', '"modules..run" is no key'],
    ['apply', '[', '"[" is no value'],
    ['apply', '', '"" is no value'],
  ])('refuses %s=%s', (key, value, what) => {
    expect(changeSetting(TEXT, key, value)).toMatchObject({ failure: [{ what }] });
  });

  it('sets any scalar at any key, and keeps every other value', () => {
    const name = fc.constantFrom('modules', 'services', 'a', 'b', 'c');
    const value = fc.oneof(fc.boolean(), fc.integer(), fc.string({ maxLength: 12 }));
    const tree: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        value,
        fc.dictionary(name, tie('node'), { maxKeys: 3, noNullPrototype: true }),
      ),
    })).node;
    fc.assert(
      fc.property(
        fc.dictionary(name, tree, { maxKeys: 4, noNullPrototype: true }),
        fc.array(name, { minLength: 1, maxLength: 4 }),
        value,
        fc.boolean(),
        (before, path, wanted, flow) => {
          const text = flow ? JSON.stringify(before) : toBlock(before);
          const result = changeSetting(text, path.join('.'), JSON.stringify(wanted));
          if (!result.ok) return;
          expect(parse(result.value)).toEqual(withValue(before, path, wanted));
        },
      ),
    );
  });
});

function toBlock(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return ` ${JSON.stringify(value)} # note\n`;
  const entries = Object.entries(value);
  if (entries.length === 0) return ' {}\n';
  const lines = entries.map(([key, one]) => `${indent}${key}:${toBlock(one, `${indent}  `)}`);
  return (indent === '' ? '' : '\n') + lines.join('');
}

function withValue(value: unknown, path: readonly string[], wanted: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return wanted;
  const map = (value ?? {}) as Record<string, unknown>;
  return { ...map, [step]: withValue(map[step], rest, wanted) };
}
