import type { Readable, Writable } from 'node:stream';
import { StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';

/** Why a conversation is over. */
export type RelayEnd =
  | { readonly kind: 'closed' }
  /** What came is no message of the protocol; `error` says what is wrong with it. */
  | { readonly kind: 'garbled'; readonly error: Error };

/** Hands every message on, rewritten, in its order, until either stream ends. */
export function relayMessages(
  from: Readable,
  to: Writable,
  rewrite: (message: object) => object,
): Promise<RelayEnd> {
  const reader = new StreamMessageReader(from);
  const writer = new StreamMessageWriter(to);
  return new Promise((resolve) => {
    const close = (): void => resolve({ kind: 'closed' });
    from.once('end', close);
    from.once('close', close);
    from.once('error', close);
    to.on('error', close);
    reader.onError((error) => resolve({ kind: 'garbled', error }));
    reader.listen((message) => {
      // Whoever reads no longer has closed the stream, which is told above.
      writer.write({ ...message, ...rewrite(message) }).catch(close);
    });
  });
}
