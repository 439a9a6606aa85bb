import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Failure } from '../../src/events/failure.ts';
import type { FileEntry, FileStat, Files } from '../../src/ports/files.ts';
import { fail, ok } from '../../src/util/result.ts';
import type { Result } from '../../src/util/result.ts';

type Node =
  | {
      readonly kind: 'file';
      readonly bytes: Uint8Array;
      readonly mode: number;
      readonly modifiedMs: number;
    }
  | { readonly kind: 'directory'; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string };

/** What can be made to go wrong, as the system names it. */
export type FaultCode = 'EACCES' | 'ENOSPC' | 'EIO';

/** Whose everything in memory is. */
export const MEMORY_UID = 1000;

/**
 * A file system in memory: files, directories, symlinks, modes, and faults put in on purpose.
 * Directories of given files are made by themselves. Records every path that was written.
 */
export class MemoryFiles implements Files {
  readonly #nodes = new Map<string, Node>([['/', { kind: 'directory', mode: 0o755 }]]);
  readonly #faults: { path: string; operation: 'read' | 'write'; code: FaultCode }[] = [];
  readonly #owners = new Map<string, number>();
  #now = 0;
  /** Paths of every `writeAtomic`, `makeDirectory`, `remove` and `rename`, in order. */
  readonly written: string[] = [];

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [path, text] of Object.entries(files)) this.put(path, text);
  }

  /** Puts a file there, as the person would: not recorded, no faults. */
  put(path: string, contents: string | Uint8Array, mode = 0o644): void {
    const real = this.#resolve(path);
    this.#parents(real, 0o755);
    const bytes = typeof contents === 'string' ? Buffer.from(contents) : contents;
    this.#nodes.set(real, { kind: 'file', bytes, mode, modifiedMs: this.#tick() });
  }

  /** Puts a symlink there; `target` is absolute or relative to the link's folder. */
  link(path: string, target: string): void {
    this.#parents(posix.normalize(path), 0o755);
    this.#nodes.set(posix.normalize(path), { kind: 'link', target });
  }

  /** From now on reads or writes at `path` and below it fail like this. */
  fault(path: string, operation: 'read' | 'write', code: FaultCode): void {
    this.#faults.push({ path, operation, code });
  }

  /** Takes all faults away. */
  heal(): void {
    this.#faults.length = 0;
  }

  /** Text of a file that must be there. */
  text(path: string): string {
    const node = this.#nodes.get(this.#resolve(path));
    if (node?.kind !== 'file') throw new Error(`no file ${path}`);
    return Buffer.from(node.bytes).toString('utf8');
  }

  /** Permission bits, undefined when there is nothing. */
  mode(path: string): number | undefined {
    const node = this.#nodes.get(this.#resolve(path));
    return node === undefined || node.kind === 'link' ? undefined : node.mode;
  }

  /** All files' paths, sorted. */
  paths(): string[] {
    return [...this.#nodes].flatMap(([path, node]) => (node.kind === 'file' ? [path] : [])).sort();
  }

  read(path: string): Result<string | undefined, Failure> {
    const bytes = this.readBytes(path);
    if (!bytes.ok) return bytes;
    if (bytes.value === undefined) return ok(undefined);
    try {
      return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.value));
    } catch {
      return failed('read', path, 'it is not UTF-8 text');
    }
  }

  readBytes(path: string): Result<Uint8Array | undefined, Failure> {
    const real = this.#resolve(path);
    const fault = this.#faultAt(real, 'read');
    if (fault !== undefined) return fault;
    const node = this.#nodes.get(real);
    if (node?.kind === 'directory') return failed('read', path, 'EISDIR');
    return ok(node?.kind === 'file' ? node.bytes : undefined);
  }

  writeAtomic(
    path: string,
    contents: string | Uint8Array,
    options?: { mode?: number; modifiedMs?: number },
  ): Result<void, Failure> {
    const real = this.#resolve(path);
    const fault = this.#faultAt(real, 'write');
    if (fault !== undefined) return fault;
    const parent = this.#nodes.get(posix.dirname(real));
    if (parent === undefined) return failed('write', path, 'ENOENT');
    if (parent.kind !== 'directory') return failed('write', path, 'ENOTDIR');
    const node = this.#nodes.get(real);
    if (node?.kind === 'directory') return failed('write', path, 'EISDIR');
    const mode = options?.mode ?? (node?.kind === 'file' ? node.mode : 0o644);
    this.#nodes.set(real, {
      kind: 'file',
      bytes: Buffer.from(contents),
      mode,
      modifiedMs: options?.modifiedMs ?? this.#tick(),
    });
    this.written.push(path);
    return ok(undefined);
  }

  makeDirectory(path: string, options?: { mode?: number }): Result<void, Failure> {
    const real = this.#resolve(path);
    const fault = this.#faultAt(real, 'write');
    if (fault !== undefined) return fault;
    for (let at = real; at !== '/'; at = posix.dirname(at)) {
      const node = this.#nodes.get(at);
      if (node !== undefined && node.kind !== 'directory') return failed('make', path, 'ENOTDIR');
    }
    if (this.isDirectory(path)) return ok(undefined);
    this.#parents(posix.join(real, 'x'), options?.mode ?? 0o755);
    this.written.push(path);
    return ok(undefined);
  }

  exists(path: string): boolean {
    return this.#nodes.has(this.#resolve(path));
  }

  isDirectory(path: string): boolean {
    return this.#nodes.get(this.#resolve(path))?.kind === 'directory';
  }

  stat(path: string): FileStat | undefined {
    const node = this.#nodes.get(this.#resolveParent(path));
    if (node === undefined) return undefined;
    const at = node.kind === 'file' ? node.modifiedMs : 0;
    return {
      kind: node.kind,
      uid: this.#owners.get(this.#resolveParent(path)) ?? MEMORY_UID,
      mode: node.kind === 'link' ? 0o777 : node.mode,
      bytes: node.kind === 'file' ? node.bytes.length : 0,
      stamp: String(at),
      changedAtMs: at,
    };
  }

  linkTarget(path: string): string | undefined {
    const node = this.#nodes.get(this.#resolveParent(path));
    return node?.kind === 'link' ? node.target : undefined;
  }

  digest(path: string): Result<string | undefined, Failure> {
    const bytes = this.readBytes(path);
    if (!bytes.ok || bytes.value === undefined) return bytes.ok ? ok(undefined) : bytes;
    return ok(createHash('sha256').update(bytes.value).digest('hex'));
  }

  /** Counts writes up: every write is later than the one before. */
  modifiedMs(path: string): number | undefined {
    const node = this.#nodes.get(this.#resolve(path));
    return node?.kind === 'file' ? node.modifiedMs : node && 0;
  }

  list(path: string): readonly string[] {
    const real = this.#resolve(path);
    return [...this.#nodes.keys()]
      .filter((other) => other !== '/' && posix.dirname(other) === real)
      .map((other) => posix.basename(other))
      .sort();
  }

  entries(path: string): readonly FileEntry[] {
    const kindOf = (name: string) => this.stat(posix.join(path, name))?.kind ?? 'other';
    return this.list(path).map((name) => ({ name, kind: kindOf(name) }));
  }

  /** Nobody is killed in the midst of writing to memory. */
  abandoned(): readonly string[] {
    return [];
  }

  realPath(path: string): string | undefined {
    const real = this.#resolve(path);
    return this.#nodes.has(real) ? real : undefined;
  }

  remove(path: string): Result<void, Failure> {
    const plain = this.#resolveParent(path);
    const fault = this.#faultAt(plain, 'write');
    if (fault !== undefined) return fault;
    for (const other of [...this.#nodes.keys()]) {
      if (other === plain || other.startsWith(`${plain}/`)) this.#nodes.delete(other);
    }
    this.written.push(path);
    return ok(undefined);
  }

  rename(from: string, to: string): Result<void, Failure> {
    const source = this.#resolveParent(from);
    const target = this.#resolveParent(to);
    const fault = this.#faultAt(source, 'write') ?? this.#faultAt(target, 'write');
    if (fault !== undefined) return fault;
    if (!this.#nodes.has(source)) return failed('rename', from, 'ENOENT');
    for (const [path, node] of [...this.#nodes]) {
      if (path !== source && !path.startsWith(`${source}/`)) continue;
      this.#nodes.delete(path);
      this.#nodes.set(target + path.slice(source.length), node);
    }
    this.written.push(to);
    return ok(undefined);
  }

  /** Gives a file or folder to somebody else. */
  giveTo(path: string, uid: number): void {
    this.#owners.set(this.#resolveParent(path), uid);
  }

  setMode(path: string, mode: number): Result<void, Failure> {
    const plain = this.#resolveParent(path);
    const node = this.#nodes.get(plain);
    if (node === undefined || node.kind === 'link') return failed('set the mode of', path, 'ELOOP');
    this.#nodes.set(plain, { ...node, mode });
    return ok(undefined);
  }

  /** The real ones are tested on real links. */
  confined(): Files {
    return this;
  }

  #tick(): number {
    this.#now += 1;
    return this.#now;
  }

  #parents(path: string, mode: number): void {
    for (let at = posix.dirname(path); !this.#nodes.has(at); at = posix.dirname(at)) {
      this.#nodes.set(at, { kind: 'directory', mode });
    }
  }

  #resolveParent(path: string): string {
    return posix.join(this.#resolve(posix.dirname(path)), posix.basename(path));
  }

  /** Follows symlinks; a path that is not there comes back with its existing part resolved. */
  #resolve(path: string, hops = 0): string {
    if (hops > 40) throw new Error(`too many symlinks: ${path}`);
    let real = '/';
    const parts = posix.normalize(path).split('/').filter(Boolean);
    for (const [index, part] of parts.entries()) {
      const next = posix.join(real, part);
      const node = this.#nodes.get(next);
      if (node?.kind === 'link') {
        const target = posix.resolve(real, node.target, ...parts.slice(index + 1));
        return this.#resolve(target, hops + 1);
      }
      real = next;
    }
    return real;
  }

  #faultAt(
    path: string,
    operation: 'read' | 'write',
  ): ReturnType<typeof fail<Failure>> | undefined {
    const fault = this.#faults.find(
      (candidate) =>
        candidate.operation === operation &&
        (path === candidate.path || path.startsWith(`${candidate.path}/`)),
    );
    return fault && failed(operation, path, fault.code);
  }
}

function failed(what: string, path: string, code: string): ReturnType<typeof fail<Failure>> {
  return fail({ reason: 'files', what: `Cannot ${what} ${path}`, why: code });
}
