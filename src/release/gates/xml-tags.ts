/** A start tag of an XML text, with its attributes. */
export interface XmlTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

const LAST_CHARACTER = 0x10ffff;

/** Text of XML as it is meant. */
export function xmlDecoded(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, ...found: unknown[]) => {
    const [decimal, hexadecimal, name] = found.map((one) => (typeof one === 'string' ? one : ''));
    if (name !== '') return ENTITIES[name ?? ''] ?? whole;
    const code = decimal === '' ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
    return code <= LAST_CHARACTER ? String.fromCodePoint(code) : whole;
  });
}

/** What begins so is no tag, and ends so: comments, literal text, instructions and declarations. */
const OTHERS = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
] as const;

/** What is left without them. Each is looked for once: a text of nothing but beginnings takes no longer. */
function bareText(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const next = /<[!?]/g;
    next.lastIndex = from;
    const begin = next.exec(text)?.index;
    if (begin === undefined) return kept.join('') + text.slice(from);
    kept.push(text.slice(from, begin));
    const [open = '<!', close = '>'] = OTHERS.find(([one]) => text.startsWith(one, begin)) ?? [];
    const end = text.indexOf(close, begin + open.length);
    if (end === -1) return kept.join('');
    from = end + close.length;
  }
}

const TAG = /<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*\/?>/g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** The start tags of a report, in its order. Reports say all that counts in their attributes. */
export function xmlTags(text: string): readonly XmlTag[] {
  const bare = bareText(text);
  return [...bare.matchAll(TAG)].map(([, name = '', attributes = '']) => ({
    name,
    attributes: new Map(
      [...attributes.matchAll(ATTRIBUTE)].map(([, key = '', double, single]) => [
        key,
        xmlDecoded(double ?? single ?? ''),
      ]),
    ),
  }));
}
