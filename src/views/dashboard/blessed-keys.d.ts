/** The part of blessed that names keys; its published types leave it out. */
declare module 'blessed/lib/keys.js' {
  import type { EventEmitter } from 'node:events';
  /** Makes the stream emit `keypress` (character, key) for the `data` that it emits. */
  export function emitKeypressEvents(stream: EventEmitter): void;
}
