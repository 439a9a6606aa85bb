import { sha256 } from '../../util/sha256.ts';

/** `sha256:…` of a text's bytes. */
export const digestOf = (text: string): string => `sha256:${sha256(text)}`;
