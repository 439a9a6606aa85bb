/** One entry of apt's sources that offers binary packages, whichever form it was written in. */
export interface AptSource {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** The other fields in their deb822 form: `Signed-By`, `Architectures`, `Trusted`, …. */
  readonly options: readonly (readonly [name: string, value: string])[];
}

/** Names of one-line options whose deb822 field is not just the name with capitals. */
const FIELD_OF_OPTION: Readonly<Record<string, string>> = {
  arch: 'Architectures',
  lang: 'Languages',
  target: 'Targets',
};

/**
 * Reads one file of apt's sources: `*.sources` in deb822 form, `*.list` in the one-line form
 * (sources.list(5)). Entries that are disabled, or offer only sources, are left out; what does not
 * make sense is skipped, as it is apt's to complain.
 */
export function parseAptSources(path: string, text: string): AptSource[] {
  return path.endsWith('.sources') ? parseStanzas(text) : parseLines(text);
}

function parseStanzas(text: string): AptSource[] {
  const withoutComments = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
  return withoutComments.split(/\n[ \t]*\n/).flatMap((stanza) => {
    const fields = stanzaFields(stanza);
    const take = (name: string): string => {
      const key = [...fields.keys()].find((each) => each.toLowerCase() === name);
      if (key === undefined) return '';
      const value = fields.get(key) ?? '';
      fields.delete(key);
      return value;
    };
    const types = words(take('types'));
    const uris = words(take('uris'));
    const suites = words(take('suites'));
    const components = words(take('components'));
    const enabled = !/^(no|false|off|disable|without)$/i.test(take('enabled').trim());
    if (!types.includes('deb') || !enabled || uris.length === 0) return [];
    return [{ uris, suites, components, options: [...fields] }];
  });
}

/** Fields in order, continuation lines kept (an inline key of Signed-By has many). */
function stanzaFields(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let current: string | undefined;
  for (const line of stanza.split('\n')) {
    const field = /^([A-Za-z][\w-]*):(.*)$/.exec(line);
    if (field !== null) {
      current = field[1] ?? '';
      fields.set(current, (field[2] ?? '').trim());
    } else if (current !== undefined && /^[ \t]/.test(line)) {
      fields.set(current, `${fields.get(current) ?? ''}\n${line}`);
    }
  }
  return fields;
}

function parseLines(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const entry = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (entry === null) return [];
    const [, optionText = '', uri = '', suite = '', components = ''] = entry;
    const options = words(optionText).flatMap((option): [string, string][] => {
      const [name = '', value] = option.split(/=(.*)/s);
      return value === undefined ? [] : [[fieldOf(name), value.replaceAll(',', ' ')]];
    });
    return [{ uris: [uri], suites: [suite], components: words(components), options }];
  });
}

function fieldOf(option: string): string {
  return (
    FIELD_OF_OPTION[option] ??
    option.replace(
      /(^|-)([a-z])/g,
      (_, dash: string, letter: string) => dash + letter.toUpperCase(),
    )
  );
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Sources may name a release by its place in the line. */
const MOVING_NAMES = ['stable', 'oldstable', 'oldoldstable'];

/**
 * The same archives for another release: of the entries that offer `main` of `from`, those for
 * `FROM` and `FROM-security`, with `from` replaced by `to` in the suites. Address, keys and every
 * other option stay, so that what reaches the one reaches the other.
 */
export function sourcesForRelease(
  sources: readonly AptSource[],
  from: string,
  to: string,
): AptSource[] {
  const named = [from, ...MOVING_NAMES];
  const renamed = (suite: string): string[] => {
    const name = named.find((each) => suite === each || suite === `${each}-security`);
    return name === undefined ? [] : [to + suite.slice(name.length)];
  };
  return sources.flatMap((source) => {
    const suites = source.suites.flatMap(renamed);
    const uris = source.uris.filter((uri) => !uri.startsWith('cdrom:'));
    if (suites.length === 0 || uris.length === 0 || !source.components.includes('main')) return [];
    return [
      {
        ...source,
        uris,
        suites,
        components: ['main'],
      },
    ];
  });
}

/** The first address from which `main` of a release comes; undefined when the sources name none. */
export function mainAddress(sources: readonly AptSource[], codename: string): string | undefined {
  return sourcesForRelease(sources, codename, codename).find((source) =>
    source.suites.includes(codename),
  )?.uris[0];
}

/** Sources in the deb822 form, as apt reads them. */
export function formatAptSources(sources: readonly AptSource[]): string {
  return sources
    .map(({ uris, suites, components, options }) =>
      [
        'Types: deb',
        `URIs: ${uris.join(' ')}`,
        `Suites: ${suites.join(' ')}`,
        `Components: ${components.join(' ')}`,
        ...options.map(([name, value]) => `${name}: ${value}`),
        '',
      ].join('\n'),
    )
    .join('\n');
}
