import { createHash } from 'node:crypto';

/** `sha256:…` of a text's bytes. */
export const digestOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;
