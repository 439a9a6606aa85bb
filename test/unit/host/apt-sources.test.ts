import { describe, expect, it } from 'vitest';
import {
  formatAptSources,
  mainAddress,
  parseAptSources,
  sourcesForRelease,
} from '../../../src/host/apt-sources.ts';

const DEB822 = `# kept by hand
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
# between fields
Components: main contrib
Signed-By: /usr/share/keyrings/company.gpg
Check-Valid-Until: no

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://sources.example/debian
Suites: bookworm
Components: main
`;

describe('apt sources in deb822 form', () => {
  const sources = parseAptSources('/etc/apt/sources.list.d/debian.sources', DEB822);

  it('are read without what is disabled or only has sources', () => {
    expect(sources.map(({ uris }) => uris[0])).toEqual([
      'http://mirror.example/debian',
      'http://mirror.example/debian-security',
    ]);
    expect(sources[0]?.suites).toEqual(['bookworm', 'bookworm-updates']);
  });

  it('become those of another release with address, keys and options kept', () => {
    expect(formatAptSources(sourcesForRelease(sources, 'bookworm', 'trixie'))).toBe(
      `Types: deb
URIs: http://mirror.example/debian
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/company.gpg
Check-Valid-Until: no

Types: deb
URIs: http://mirror.example/debian-security
Suites: trixie-security
Components: main
Signed-By: 
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----
`,
    );
  });

  it('come out as they went in', () => {
    expect(parseAptSources('a.sources', formatAptSources(sources))).toEqual(sources);
  });
});

describe('apt sources in the one-line form', () => {
  const text = `
# deb http://commented.example/debian bookworm main
deb [arch=amd64,arm64 signed-by=/k.gpg trusted=yes] http://mirror.example/debian/ bookworm main contrib # note
deb-src http://mirror.example/debian bookworm main
deb cdrom:[Debian]/ bookworm main
deb http://mirror.example/other ./
`;
  const sources = parseAptSources('/etc/apt/sources.list', text);

  it('keep their options as fields', () => {
    expect(sourcesForRelease(sources, 'bookworm', 'trixie')).toEqual([
      {
        uris: ['http://mirror.example/debian/'],
        suites: ['trixie'],
        components: ['main'],
        options: [
          ['Architectures', 'amd64 arm64'],
          ['Signed-By', '/k.gpg'],
          ['Trusted', 'yes'],
        ],
      },
    ]);
  });

  it('tell from where a release comes', () => {
    expect(mainAddress(sources, 'bookworm')).toBe('http://mirror.example/debian/');
    expect(mainAddress(sources, 'noble')).toBeUndefined();
  });

  it('may name the release by its place in the line', () => {
    const moving = parseAptSources('x.list', 'deb http://m.example/debian oldstable main\n');
    expect(sourcesForRelease(moving, 'bookworm', 'trixie')[0]?.suites).toEqual(['trixie']);
  });
});
