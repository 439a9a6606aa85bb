import { describe, expect, it } from 'vitest';
import {
  addSteps,
  browserStores,
  namesInNss,
  removeSteps,
  systemStore,
} from '../../../src/host/trust-stores.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const HOME = '/home/ann';
const NAME = 'onestack-0123456789abcdef01234567';

function worldWith(paths: Readonly<Record<string, number>>) {
  const files = new MemoryFiles();
  for (const [path, mode] of Object.entries(paths)) files.put(path, '', mode);
  const host = { home: HOME, environment: { PATH: '/usr/bin' } };
  return { files, host: host as never };
}

describe('the stores of a machine', () => {
  it.each([
    ['/usr/local/share/ca-certificates', 'update-ca-certificates'],
    ['/etc/pki/trust/anchors', 'update-ca-certificates'],
    ['/etc/pki/ca-trust/source/anchors', 'update-ca-trust'],
    ['/etc/ca-certificates/trust-source/anchors', 'update-ca-trust'],
  ])('have the system’s in %s', (folder, program) => {
    const world = worldWith({ [`${folder}/other.crt`]: 0o644, [`/usr/sbin/${program}`]: 0o755 });
    const store = systemStore(world);
    if (store === undefined) throw new Error('not found');
    expect(store).toMatchObject({ folder, update: [program] });
    expect(
      addSteps(store, NAME, '/a.crt', false).map(({ argv, asRoot }) => [argv, asRoot]),
    ).toEqual([
      [['install', '-m', '644', '/a.crt', `${folder}/${NAME}.crt`], true],
      [[program], true],
    ]);
    expect(removeSteps(store, NAME).map(({ argv }) => argv)).toEqual([
      ['rm', '-f', `${folder}/${NAME}.crt`],
      [program],
    ]);
    expect(systemStore(worldWith({ [`${folder}/other.crt`]: 0o644 }))).toBeUndefined();
  });

  it('have those of browsers that have one, and the one that a new Chromium will look into', () => {
    const found = browserStores(
      worldWith({
        [`${HOME}/.pki/nssdb/cert9.db`]: 0o600,
        [`${HOME}/.mozilla/firefox/abc.default/cert9.db`]: 0o600,
        [`${HOME}/.mozilla/firefox/profiles.ini`]: 0o600,
        [`${HOME}/snap/firefox/common/.mozilla/firefox/x/cert9.db`]: 0o600,
        '/usr/bin/chromium': 0o755,
      }),
    );
    expect(found.map(({ folder }) => folder)).toEqual([
      `${HOME}/.pki/nssdb`,
      `${HOME}/.mozilla/firefox/abc.default`,
      `${HOME}/snap/firefox/common/.mozilla/firefox/x`,
    ]);
    const fresh = browserStores(worldWith({ '/usr/bin/chromium': 0o755 }));
    expect(fresh).toMatchObject([{ folder: `${HOME}/.pki/nssdb`, exists: false }]);
    // To make the older place would hide the newer one from Chromium, with all that is in it.
    const newer = worldWith({ '/usr/bin/chromium': 0o755, [`${HOME}/.local/share/pki/x`]: 0o600 });
    expect(browserStores(newer)).toMatchObject([{ folder: `${HOME}/.local/share/pki/nssdb` }]);
    expect(browserStores(worldWith({}))).toEqual([]);
  });
});

describe('what certutil lists', () => {
  it('gives the names of ours, and whether sites are trusted by them', () => {
    const listed = [
      'Certificate Nickname                                         Trust Attributes',
      '                                                             SSL,S/MIME,JAR/XPI',
      '',
      `${NAME}                                  C,,  `,
      'onestack-ffffffffffffffffffffffff                            ,,   ',
      'A CA of the office                                           C,C,C',
      'onestack-evil; rm -rf                                        C,,  ',
    ].join('\n');
    expect([...namesInNss(listed)]).toEqual([
      [NAME, true],
      ['onestack-ffffffffffffffffffffffff', false],
    ]);
  });
});
