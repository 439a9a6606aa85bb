import type { Connection } from '../../src/ports/sockets.ts';

/** One end of a connection whose other end is the test. */
export class FakeConnection implements Connection {
  /** What was written, in order. */
  readonly written: Buffer[] = [];
  backlogBytes = 0;
  isEnded = false;
  readonly #data: ((data: Buffer) => void)[] = [];
  readonly #drains: (() => void)[] = [];
  readonly #closes: (() => void)[] = [];

  write(data: string | Uint8Array): boolean {
    this.written.push(Buffer.from(data));
    return true;
  }

  onData(listener: (data: Buffer) => void): void {
    this.#data.push(listener);
  }

  onDrain(listener: () => void): void {
    this.#drains.push(listener);
  }

  onClose(listener: () => void): void {
    this.#closes.push(listener);
  }

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.isEnded = true;
  }

  /** The other end says this. */
  says(data: string | Uint8Array): void {
    for (const listener of this.#data) listener(Buffer.from(data));
  }

  /** The other end has taken everything. */
  drains(): void {
    this.backlogBytes = 0;
    for (const listener of this.#drains) listener();
  }

  /** The other end is gone. */
  dies(): void {
    for (const listener of this.#closes) listener();
  }
}
