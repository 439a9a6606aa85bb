import { createHash } from 'node:crypto';
import { sha256 as hash } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** From here on Node's own, which takes 4 ms to load, is the quicker one. */
const LONG = 4096;

/** 64 hexadecimal digits. */
export const sha256 = (data: string | Uint8Array): string =>
  data.length < LONG
    ? bytesToHex(hash(typeof data === 'string' ? utf8ToBytes(data) : data))
    : createHash('sha256').update(data).digest('hex');
