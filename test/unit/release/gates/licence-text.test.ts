import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { licenceNamed } from '../../../../src/release/gates/licence-names.ts';
import { licenceProbe } from '../../../../src/release/gates/licence-probe.ts';
import { licenceOfText } from '../../../../src/release/gates/licence-text.ts';
import { pomLicence, readPoms } from '../../../../src/release/gates/pom-licence.ts';

const FOLDER = join(import.meta.dirname, '../../../../licences');
const known = new Map(
  readdirSync(FOLDER).map((name) => [
    name.replace(/\.txt$/, ''),
    readFileSync(join(FOLDER, name), 'utf8'),
  ]),
);
const text = (id: string): string => known.get(id) ?? '';
const read = (said: string) => licenceOfText(said, known);

const ALL = { licences: true };

describe('the licence of a text', () => {
  it.each([...known.keys()])('is %s, whoever gives it, however it is laid out', (id) => {
    expect(read(text(id))).toBe(id);
    const own = text(id)
      .replace(/<year>|\[yyyy\]/g, '2009-2024')
      .replace(/<copyright holders?>|<owner>/g, 'The Go Authors');
    expect(read(own)).toBe(id);
    expect(read(`Copyright (c) 2012 Ann Other <ann@example.com>\n\n${own}`)).toBe(id);
    expect(read(own.replaceAll('\n', '\r\n'))).toBe(id);
    const wider = own
      .split(/\n\s*\n/)
      .map((paragraph) => `   ${paragraph.replace(/\s+/g, ' ').replace(/(.{90,}?) /g, '$1\n   ')}`);
    expect(read(wider.join('\n\n'))).toBe(id);
  });

  it('is that of BSD’s three clauses with somebody’s name in them, and Apache’s without its appendix', () => {
    const google = text('BSD-3-Clause').replace(
      'the name of the copyright holder',
      'the name of Google Inc.',
    );
    expect(read(google)).toBe('BSD-3-Clause');
    const apache = text('Apache-2.0');
    expect(read(apache.slice(0, apache.indexOf('APPENDIX')))).toBe('Apache-2.0');
  });

  it('is none that is known where it says more, less, or something else', () => {
    const commons = `"Commons Clause" License Condition v1.0

The Software is provided to you by the Licensor under the License, as defined below, subject to the following
condition. Without limiting other conditions in the License, the grant of rights under the License will not
include, and the License does not grant to you, the right to Sell the Software. For purposes of the foregoing,
"Sell" means practicing any or all of the rights granted to you under the License to provide to third parties,
for a fee or other consideration (including without limitation fees for hosting or consulting/support services
related to the Software), a product or service whose value derives, entirely or substantially, from the
functionality of the Software.`;
    for (const id of ['MIT', 'ISC', 'BSD-3-Clause', 'Apache-2.0'])
      expect(read(`${commons}\n\n${text(id)}`)).toBeUndefined();
    expect(read(`${text('MIT')}\n${text('Apache-2.0')}`)).toBeUndefined();
    expect(read('Copyright 2024 Example Ltd. All rights reserved.')).toBeUndefined();
    expect(read(text('MIT').slice(0, 400))).toBeUndefined();
    expect(read('')).toBeUndefined();
  });
});

it('names stand for one licence, or stay as they are', () => {
  expect(licenceNamed('The Apache Software License, Version 2.0')).toBe('Apache-2.0');
  expect(licenceNamed('GNU General Public License v3 or later (GPLv3+)')).toBe('GPL-3.0-or-later');
  expect(licenceNamed('BSD License')).toBe('BSD License');
  expect(licenceNamed('MIT OR ISC')).toBe('MIT OR ISC');
});

describe('the licence of a package of Maven Central', () => {
  const pom = (inner: string): string => `<?xml version="1.0"?><project>${inner}</project>\n`;
  const licences = (...names: readonly string[]): string =>
    `<licenses>${names.map((name) => `<license><name>${name}</name></license>`).join('')}</licenses>`;
  const at = (group: string, artifact: string, version: string): string =>
    `<groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>`;

  it('is its POM’s, or the nearest parent’s; any of several', () => {
    const poms = readPoms(
      [
        pom(`${at('a', 'top', '1')}${licences('Apache License, Version 2.0')}`),
        pom(`<parent>${at('a', 'top', '1')}</parent><artifactId>middle</artifactId>`),
        pom(
          `<parent>${at('a', 'middle', '1')}</parent><dependencies><dependency>${at('x', 'y', '2')}</dependency></dependencies><artifactId>leaf</artifactId><version>3</version>`,
        ),
        pom(
          `${at('b', 'two', '1')}<!-- ${licences('X')} -->${licences('EPL-1.0', 'Lesser &amp; more')}`,
        ),
        pom(`<parent>${at('gone', 'gone', '1')}</parent><artifactId>orphan</artifactId>`),
        pom(`<parent>${at('c', 'self', '1')}</parent>${at('c', 'self', '1')}`),
      ].join(''),
    );
    expect(pomLicence('a:middle@1', poms)).toBe('Apache-2.0');
    expect(pomLicence('a:leaf@3', poms)).toBe('Apache-2.0');
    expect(pomLicence('b:two@1', poms)).toBe('EPL-1.0 OR Lesser & more');
    expect(pomLicence('gone:orphan@1', poms)).toBeUndefined();
    expect(pomLicence('c:self@1', poms)).toBeUndefined();
    expect(pomLicence('nobody:knows@1', poms)).toBeUndefined();
  });
});

it('only what no lockfile and no installed package tells is asked for', () => {
  expect(licenceProbe(['api/package-lock.json', 'requirements.txt'], ALL)).toBeUndefined();
  expect(licenceProbe(['api/go.mod', 'api/go.sum'], ALL)).toContain('go list -deps');
  expect(licenceProbe(['pom.xml', 'gradle.lockfile'], ALL)?.match(/find "/g)).toHaveLength(1);
});
