/** What a CA may sign for. */
export interface Permitted {
  /** DNS names with all below them: only such as no stranger can have, like `localhost`. */
  readonly zones: readonly string[];
  /** DNS names and nothing below them: a service `app` is no reason to speak for `cash.app`. */
  readonly exact: readonly string[];
  readonly ip: readonly string[];
}

/** Reserved for ever (RFC 2606): nobody has a mailbox or a page there. */
const NOBODY = 'invalid';

const RFC822 = 0x81;
const DNS = 0x82;
const URI = 0x86;
const IP = 0x87;
const SEQUENCE = 0x30;
const PERMITTED = 0xa0;
const EXCLUDED = 0xa1;

/**
 * DER of the X.509 name constraints (RFC 5280, 4.2.1.10) that permit these names. A permitted name
 * permits all below it, so that what lies below an exact one is excluded again: the form with a dot in
 * front means that to OpenSSL, Go, NSS and browsers. A kind of names that is not mentioned is permitted
 * whole, so that mailboxes and URIs are narrowed to a place that nobody has. The certificate library
 * has no builder for it.
 */
export function nameConstraints({ zones, exact, ip }: Permitted): ArrayBuffer {
  const permitted = [
    ...[...zones, ...exact].map((name) => tlv(DNS, ascii(name))),
    ...ip.map((address) => {
      const bytes = addressBytes(address);
      return tlv(IP, Buffer.concat([bytes, Buffer.alloc(bytes.length, 0xff)]));
    }),
    tlv(RFC822, ascii(NOBODY)),
    tlv(URI, ascii(NOBODY)),
  ];
  const excluded = exact.map((name) => tlv(DNS, ascii(`.${name}`)));
  const subtrees = (tag: number, names: readonly Buffer[]): Buffer =>
    names.length === 0
      ? Buffer.alloc(0)
      : tlv(tag, Buffer.concat(names.map((name) => tlv(SEQUENCE, name))));
  const encoded = tlv(
    SEQUENCE,
    Buffer.concat([subtrees(PERMITTED, permitted), subtrees(EXCLUDED, excluded)]),
  );
  return new Uint8Array(encoded).buffer;
}

/** The DNS names that the constraints in a DER certificate permit: those that `nameConstraints` wrote. */
export function constrainedNames(certificate: Uint8Array): readonly string[] {
  const text = Buffer.from(certificate).toString('latin1');
  const names: string[] = [];
  // A subtree is SEQUENCE (0x30), its length, dNSName (0x82), its length, the name.
  for (const match of text.matchAll(/\x30([\s\S])\x82([\s\S])/g)) {
    const [outer, inner] = [match[1]?.charCodeAt(0) ?? 0, match[2]?.charCodeAt(0) ?? 0];
    if (outer !== inner + 2) continue;
    const start = match.index + match[0].length;
    const name = text.slice(start, start + inner);
    // With a dot in front it is what is excluded.
    if (/^[\w-][\w.-]*$/.test(name)) names.push(name);
  }
  return names;
}

/** Whether a DER certificate has these very constraints. */
export function isConstrainedTo(certificate: Uint8Array, permitted: Permitted): boolean {
  return Buffer.from(certificate).includes(Buffer.from(nameConstraints(permitted)));
}

const ascii = (text: string): Buffer => Buffer.from(text, 'ascii');

function tlv(tag: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(value.length)]), value]);
}

/** Below 128 one byte; else the number of length bytes and then those. */
function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}

/** 4 bytes of `127.0.0.1`, 16 of `::1`. */
function addressBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): readonly string[] => text.split(':').filter(Boolean);
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  const words = [...before, ...zeros, ...after].map((group) => parseInt(group, 16));
  return Buffer.from(words.flatMap((word) => [word >> 8, word & 0xff]));
}
