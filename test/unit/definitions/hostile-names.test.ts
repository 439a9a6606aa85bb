import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeCompose } from '../../../src/compose/load/merge.ts';
import { ok } from '../../../src/util/result.ts';
import { failures } from '../../support/definition-text.ts';
import { hostileText } from '../../support/hostile-text.ts';

/** What would be another line, another folder, an option or more than text to whoever gets it. */
const NAMES = ['a\nb', 'a\r', 'a\tb', '..', '../a', 'a/../b', '/a', '-a', 'a b', 'a\x1b]0;P\x07'];

/** A text as YAML has it, whatever is in it. */
const quoted = (text: string): string => JSON.stringify(text);

/** How a name that nobody may have is used, in each place of dev.yaml that has names. */
const PLACES: Readonly<Record<string, (name: string) => string>> = {
  module: (name) => `modules: { ${name}: { image: node, path: api } }`,
  'catalogue service': (name) => `services: { ${name}: redis }`,
  command: (name) => `commands: { ${name}: { run: x, in: host } }`,
  probe: (name) => `probes: { ${name}: { request: { url: "http://a" } } }`,
  'base image': (name) => `modules: { api: { image: ${name} } }`,
  'used module': (name) => `modules: { api: { image: node, uses: [${name}] } }`,
};

describe('a name with newlines, control characters, spaces, dashes and ways up', () => {
  it.each(Object.entries(PLACES))('is refused as that of a %s, at its place', (_place, text) => {
    for (const name of NAMES) {
      const told = failures(`name: a\n${text(quoted(name))}\n`);
      expect(told[0]?.at, name).toMatchObject({ file: 'dev.yaml', line: 2 });
    }
  });

  it('is refused as the project’s own', () => {
    for (const name of NAMES) expect(failures(`name: ${quoted(name)}\n`)).not.toEqual([]);
  });

  const merged = (section: string, name: string) => {
    const entry = section === 'services' ? '{ image: x }' : '{ }';
    const services = section === 'services' ? '' : 'services: { a: { image: x } }\n';
    return mergeCompose({
      layers: [
        {
          ...{ kind: 'file', path: '/p/a.yaml', display: 'a.yaml' },
          text: `${services}${section}: { ${quoted(name)}: ${entry} }\n`,
        },
      ],
      ...{ projectDirectory: '/p', environment: {}, profiles: [], interpolate: true },
      readFile: () => ok(undefined),
      display: (path) => path.replace('/p/', ''),
    });
  };

  // Names of networks are free in Compose's own schema; they are in no path and in no shell.
  it.each(['services', 'volumes', 'secrets', 'configs'])(
    'is no entry of %s, whatever it is made of',
    (section) => {
      const hostile = fc.oneof(
        fc.constantFrom('a\nb', 'a b', '.', '..', '../a', '/a', 'a\x1b[2J'),
        hostileText,
      );
      fc.assert(
        fc.property(hostile, (name) => {
          fc.pre(!/^(?!\.+$)[\w.-]+$/.test(name) && !name.startsWith('x-'));
          expect(merged(section, name).ok).toBe(false);
        }),
        { numRuns: 100 },
      );
    },
  );
});
