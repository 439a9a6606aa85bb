import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { Readable, Writable } from 'node:stream';

/**
 * A connection to the engine through a program's streams: `docker system dial-stdio` carries one over
 * whatever `docker` itself uses, SSH with the person's own keys and agent. It behaves as a socket, as
 * far as HTTP asks for it.
 */
export class StdioSocket extends Duplex {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #said = '';
  #timer: NodeJS.Timeout | undefined;
  #timeoutMs = 0;

  constructor(argv: readonly string[]) {
    super();
    const [program = '', ...args] = argv;
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString()).slice(-2_000);
    });
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.#touch();
      if (!this.push(chunk)) this.#child.stdout.pause();
    });
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('error', (error) => this.destroy(error));
    // Only with its status is it known whether the end of what it said is an end, or a refusal.
    this.#child.on('close', (status) => {
      if (status === 0) this.push(null);
      else if (!this.destroyed) this.destroy(this.#refused());
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#touch();
    this.#child.stdin.write(chunk, (error) => {
      // It has ended: what it said and its status are still to come, and say why.
      if (error === null || error === undefined) done();
    });
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#child.kill();
    done(error);
  }

  /** As a socket's: `timeout` when nothing came or went for so long; 0 is never. */
  setTimeout(ms: number, listener?: () => void): this {
    this.#timeoutMs = ms;
    if (listener !== undefined) this.once('timeout', listener);
    this.#touch();
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    this.#child.ref();
    return this;
  }

  unref(): this {
    this.#child.unref();
    return this;
  }

  #touch(): void {
    clearTimeout(this.#timer);
    if (this.#timeoutMs > 0) this.#timer = setTimeout(() => this.emit('timeout'), this.#timeoutMs);
  }

  #refused(): Error {
    // `docker` quotes what `ssh` said behind a long sentence of its own.
    const last = (this.#said.trim().split('\n').at(-1) ?? '').replace(/^.*\bstderr=/, '');
    const error = new Error(last === '' ? 'the connection ended at once' : last);
    return Object.assign(error, { code: 'ECONNREFUSED' });
  }
}
