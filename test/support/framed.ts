import type { Readable } from 'node:stream';

/** Reads messages that come behind a head with their length, as editors and debuggers send them. */
export function readFramed(stream: Readable, onMessage: (message: unknown) => void): void {
  let buffer = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const head = buffer.indexOf('\r\n\r\n');
      const length = /Content-Length: (\d+)/i.exec(
        buffer.subarray(0, Math.max(head, 0)).toString(),
      );
      if (head < 0 || length === null) return;
      const end = head + 4 + Number(length[1]);
      if (buffer.length < end) return;
      const message: unknown = JSON.parse(buffer.subarray(head + 4, end).toString());
      buffer = buffer.subarray(end);
      onMessage(message);
    }
  });
}

/** A message with its head. */
export function framed(message: object): string {
  const text = JSON.stringify(message);
  return `Content-Length: ${String(Buffer.byteLength(text))}\r\n\r\n${text}`;
}
