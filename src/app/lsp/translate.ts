import { pathToFileURL } from 'node:url';

/** One folder under its two names. Both absolute, without a slash at the end. */
export interface PlacePair {
  readonly host: string;
  readonly container: string;
}

/** Rewrites the paths of a protocol message; everything else stays as it is. */
export interface Translation {
  /** From the editor. */
  toContainer(message: object): object;
  /** From the language server. */
  toHost(message: object): object;
}

/** The contents of documents, and what is written into them, are no places. */
const UNTOUCHED = new Set([
  ...['text', 'newText', 'newName', 'insertText', 'filterText', 'sortText', 'label', 'placeholder'],
  ...['jsonrpc', 'method', 'languageId'],
]);

/** Sentences for people, which name paths among other words. */
const SENTENCES = new Set(['message']);

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);

/** A character as it stands in a URI: itself, or each of its bytes as `%C3`, in either case of letters. */
function inUri(character: string): string {
  const bytes = [...Buffer.from(character)].map((byte) => {
    const hex = byte.toString(16).padStart(2, '0');
    return `%${hex.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)}`;
  });
  return character === '/' ? '/' : `(?:${quoted(character)}|${bytes.join('')})`;
}

const END = String.raw`(?=$|[/?#\s)>\]"'\x60,:;])`;

interface Side {
  readonly path: string;
  /** A URI's beginning: its scheme, then the folder as somebody spells it. */
  readonly uri: RegExp;
  readonly inSentence: RegExp;
}

function sideOf(path: string): Side {
  const folder = Array.from(path, inUri).join('');
  return {
    path,
    uri: new RegExp(`(?<![a-z])((?:zip)?file://)(?:localhost)?(${folder})${END}`, 'g'),
    inSentence: new RegExp(String.raw`(?<![\w./~%-])${quoted(path)}${END}`, 'g'),
  };
}

interface Way {
  readonly from: Side;
  /** How the folder is spelled on the other side: as a path, and in a URI. */
  readonly path: string;
  readonly inUri: () => string;
  /** Told how the folder was spelled in a URI. */
  readonly onUri: (spelling: string) => void;
}

/**
 * The innermost pair of a path is the one that counts: deeper folders come first. An editor gets URIs
 * spelled as it spells them itself, since it knows its documents by them.
 */
export function createTranslation(pairs: readonly PlacePair[]): Translation {
  const ways = pairs.map(({ host, container }) => {
    const [here, there] = [sideOf(host), sideOf(container)];
    let spelling = pathToFileURL(host).pathname;
    const toContainer: Way = {
      from: here,
      path: container,
      inUri: () => pathToFileURL(container).pathname,
      onUri: (seen) => (spelling = seen),
    };
    const toHost: Way = { from: there, path: host, inUri: () => spelling, onUri: () => undefined };
    return { toContainer, toHost };
  });
  const byDepth = (one: Way, other: Way): number => other.from.path.length - one.from.path.length;
  const inwards = ways.map(({ toContainer }) => toContainer).toSorted(byDepth);
  const outwards = ways.map(({ toHost }) => toHost).toSorted(byDepth);
  return {
    toContainer: (message) => translateObject(message, inwards),
    toHost: (message) => translateObject(message, outwards),
  };
}

function translateObject(value: object, ways: readonly Way[]): object {
  if (Array.isArray(value)) return value.map((item) => translateValue('', item, ways));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      // Edits and reports of several files are kept by their URIs.
      key.includes('file://') ? translateText('', key, ways) : key,
      translateValue(key, item, ways),
    ]),
  );
}

function translateValue(key: string, value: unknown, ways: readonly Way[]): unknown {
  // The server's own, whatever it is: an editor hands it back as it came.
  if (key === 'data') return value;
  if (typeof value === 'string') {
    return UNTOUCHED.has(key) ? value : translateText(key, value, ways);
  }
  return typeof value === 'object' && value !== null ? translateObject(value, ways) : value;
}

function translateText(key: string, text: string, ways: readonly Way[]): string {
  const whole = ways.find(({ from }) => text === from.path || text.startsWith(`${from.path}/`));
  if (whole !== undefined && !text.includes('\n')) {
    return whole.path + text.slice(whole.from.path.length);
  }
  const uris = text.includes('file://') ? ways : [];
  for (const way of uris) {
    if (text.search(way.from.uri) < 0) continue;
    return text.replace(way.from.uri, (_, scheme: string, spelling: string) => {
      way.onUri(spelling);
      return scheme + way.inUri();
    });
  }
  if (!SENTENCES.has(key)) return text;
  for (const way of ways) {
    const translated = text.replace(way.from.inSentence, () => way.path);
    if (translated !== text) return translated;
  }
  return text;
}
