/** Bytes that have come in pieces and are taken in others. */
export class ByteQueue {
  #held: Buffer[] = [];
  #bytes = 0;

  /** How many are there. */
  get bytes(): number {
    return this.#bytes;
  }

  push(piece: Buffer): void {
    this.#held.push(piece);
    this.#bytes += piece.length;
  }

  /** The next ones, which stay; as many as are there. */
  peek(bytes: number): Buffer {
    return this.#whole().subarray(0, bytes);
  }

  take(bytes: number): Buffer {
    const whole = this.#whole();
    const taken = whole.subarray(0, bytes);
    this.#bytes -= taken.length;
    this.#held = this.#bytes === 0 ? [] : [whole.subarray(taken.length)];
    return taken;
  }

  #whole(): Buffer {
    const [only] = this.#held;
    const whole = this.#held.length === 1 && only !== undefined ? only : Buffer.concat(this.#held);
    this.#held = [whole];
    return whole;
  }
}
