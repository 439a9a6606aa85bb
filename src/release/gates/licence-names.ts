/**
 * Names that are no SPDX identifiers and stand for one licence without a doubt: the classifiers of PyPI
 * (a closed list), and what POMs of Maven Central call theirs. `BSD License` may be any of four, and stays.
 */
const NAMES: Readonly<Record<string, string>> = {
  'academic free license (afl)': 'AFL-3.0',
  'apache 2': 'Apache-2.0',
  'apache 2.0': 'Apache-2.0',
  'apache license 2.0': 'Apache-2.0',
  'apache license version 2.0': 'Apache-2.0',
  'apache software license': 'Apache-2.0',
  'apache software license version 2.0': 'Apache-2.0',
  'boost software license 1.0 (bsl-1.0)': 'BSL-1.0',
  'bsd 2-clause license': 'BSD-2-Clause',
  'bsd 3-clause license': 'BSD-3-Clause',
  'cc0 1.0 universal (cc0 1.0) public domain dedication': 'CC0-1.0',
  'eclipse public license 1.0': 'EPL-1.0',
  'eclipse public license 1.0 (epl-1.0)': 'EPL-1.0',
  'eclipse public license 2.0': 'EPL-2.0',
  'eclipse public license 2.0 (epl-2.0)': 'EPL-2.0',
  'eclipse public license - v 1.0': 'EPL-1.0',
  'eclipse public license - v 2.0': 'EPL-2.0',
  'eclipse public license v. 2.0': 'EPL-2.0',
  'eclipse public license v2.0': 'EPL-2.0',
  'gnu affero general public license v3': 'AGPL-3.0-only',
  'gnu affero general public license v3 or later (agplv3+)': 'AGPL-3.0-or-later',
  'gnu general public license v2 (gplv2)': 'GPL-2.0-only',
  'gnu general public license v2 or later (gplv2+)': 'GPL-2.0-or-later',
  'gnu general public license v3 (gplv3)': 'GPL-3.0-only',
  'gnu general public license v3 or later (gplv3+)': 'GPL-3.0-or-later',
  'gnu lesser general public license v2 (lgplv2)': 'LGPL-2.0-only',
  'gnu lesser general public license v2 or later (lgplv2+)': 'LGPL-2.0-or-later',
  'gnu lesser general public license v3 (lgplv3)': 'LGPL-3.0-only',
  'gnu lesser general public license v3 or later (lgplv3+)': 'LGPL-3.0-or-later',
  'isc license (iscl)': 'ISC',
  'mit license': 'MIT',
  'mit no attribution license (mit-0)': 'MIT-0',
  'mozilla public license 1.1 (mpl 1.1)': 'MPL-1.1',
  'mozilla public license 2.0': 'MPL-2.0',
  'mozilla public license 2.0 (mpl 2.0)': 'MPL-2.0',
  'mozilla public license version 2.0': 'MPL-2.0',
  'python software foundation license': 'PSF-2.0',
  'the apache license version 2.0': 'Apache-2.0',
  'the apache software license version 2.0': 'Apache-2.0',
  'the bsd 2-clause license': 'BSD-2-Clause',
  'the bsd 3-clause license': 'BSD-3-Clause',
  'the mit license': 'MIT',
  'the mit license (mit)': 'MIT',
  'the unlicense (unlicense)': 'Unlicense',
  'universal permissive license (upl)': 'UPL-1.0',
  'zlib/libpng license': 'Zlib',
};

/** A licence's name as SPDX has it, where it is known; else as it is written. */
export function licenceNamed(name: string): string {
  const plain = name.trim().replace(/,/g, '').replace(/\s+/g, ' ').toLowerCase();
  return NAMES[plain] ?? name;
}
