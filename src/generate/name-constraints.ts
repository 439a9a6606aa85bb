/**
 * DER of the X.509 name constraints (RFC 5280, 4.2.1.10): only these DNS names with all below them,
 * and only these addresses. The certificate library has no builder for it.
 */
export function nameConstraints(names: {
  readonly dns: readonly string[];
  readonly ip: readonly string[];
}): ArrayBuffer {
  const dns = names.dns.map((name) => tlv(0x82, Buffer.from(name, 'ascii')));
  const ip = names.ip.map((address) => {
    const bytes = addressBytes(address);
    return tlv(0x87, Buffer.concat([bytes, Buffer.alloc(bytes.length, 0xff)]));
  });
  const subtrees = [...dns, ...ip].map((name) => tlv(0x30, name));
  const encoded = tlv(0x30, tlv(0xa0, Buffer.concat(subtrees)));
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
    if (/^[\w.-]+$/.test(name)) names.push(name);
  }
  return names;
}

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
