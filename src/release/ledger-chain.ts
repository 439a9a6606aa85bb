import { createHash } from 'node:crypto';
import { parseEntry, type LedgerEvent } from './release.ts';

/** A commit of the ledger, as git keeps it. */
interface RawCommit {
  readonly id: string;
  readonly parent: string | undefined;
  /** `Ann <ann@example.com>`. */
  readonly by: string;
  /** What comes after the first line of its message. */
  readonly body: string;
}

/** What of a ledger was changed, and why that is known; data for whoever tells it. */
export interface Alteration {
  readonly id: string;
  readonly why: string;
}

/** Characters of text that were no UTF-8, whose bytes are not known here. */
const UNKNOWN_BYTES = '\ufffd';

/** Whether a commit's bytes have the hash that it is called by. */
function isItself(id: string, bytes: Buffer): boolean {
  const hash = createHash(id.length === 64 ? 'sha256' : 'sha1');
  hash.update(`commit ${String(bytes.length)}\0`).update(bytes);
  return hash.digest('hex') === id;
}

function commitOf(id: string, text: string): RawCommit {
  const end = text.indexOf('\n\n');
  const head = text.slice(0, end);
  return {
    id,
    parent: /^parent ([0-9a-f]+)$/m.exec(head)?.[1],
    by: /^author (.*>) -?\d+ [+-]\d+$/m.exec(head)?.[1] ?? '',
    body: text.slice(end + 2).replace(/^[^\n]*\n\n?/, ''),
  };
}

/** Splits what `git cat-file --batch` writes: `ID commit SIZE`, and as many bytes. */
function* objectsOf(batch: Buffer): Generator<{ readonly id: string; readonly bytes: Buffer }> {
  for (let at = 0; at < batch.length;) {
    const end = batch.indexOf('\n', at);
    const line = batch.toString('utf8', at, end === -1 ? batch.length : end);
    const [, id = '', size] = /^([0-9a-f]+) commit (\d+)$/.exec(line) ?? [];
    if (size === undefined) return;
    const bytes = batch.subarray(end + 1, end + 1 + Number(size));
    yield { id, bytes };
    at = end + 1 + Number(size) + 1;
  }
}

/**
 * Reads the ledger's commits, the oldest first, and sees whether each is what it is called by, follows the
 * one before it, and says what an entry says. Pure.
 * @param ids of its commits, as git found them.
 * @param batch what `git cat-file --batch` wrote of these.
 */
export function readChain(
  ids: readonly string[],
  batch: string,
): { readonly events: readonly LedgerEvent[] } | { readonly altered: Alteration } {
  const found = new Map([...objectsOf(Buffer.from(batch))].map((one) => [one.id, one.bytes]));
  const events: LedgerEvent[] = [];
  let before: string | undefined;
  for (const id of ids) {
    const bytes = found.get(id);
    const altered = (why: string) => ({ altered: { id, why } });
    if (bytes === undefined) return altered('git does not have it');
    const text = bytes.toString('utf8');
    const isReadable = !text.includes(UNKNOWN_BYTES);
    if (isReadable && !isItself(id, bytes))
      return altered('its contents do not have the hash that it is called by');
    const { parent, by, body } = commitOf(id, text);
    if (before !== undefined && parent !== before)
      return altered('it does not follow the one before');
    before = id;
    const entry = parseEntry(body);
    if (entry === 'broken') return altered('what it says is no entry');
    if (entry !== 'unknown') events.push({ ...entry, id, by });
  }
  return { events };
}

/** Commits among these that never were the ledger's: somebody put there what is no entry, and took it away. */
export function strangers(batch: string): ReadonlySet<string> {
  const found = [...objectsOf(Buffer.from(batch))];
  const isStrange = ({ id, bytes }: (typeof found)[number]): boolean =>
    isItself(id, bytes) && parseEntry(commitOf(id, bytes.toString('utf8')).body) === 'broken';
  return new Set(found.filter(isStrange).map(({ id }) => id));
}
