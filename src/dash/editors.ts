import { basename, relative, resolve } from 'node:path';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import type { OpenPty } from '../ports/pty.ts';
import { ptySource } from './panes/pty-source.ts';
import type { OpenPaneSource } from './panes/pane-source.ts';
import type { DashboardWindow } from '../views/dashboard/scene.ts';
import { editorArgv } from './capabilities.ts';
import { EditorWords } from './editor-words.ts';
import { PANE_TERMINAL } from './pane-factory.ts';

/** A place in a file. */
export interface EditRequest {
  /** Project root, to which the file is relative. */
  readonly root: string;
  readonly file: string;
  readonly line: number;
  /** From 1; undefined where the line alone is known. */
  readonly column?: number | undefined;
}

/**
 * The file as the project names it; undefined where there is none, or it lies elsewhere. What a container
 * says chooses among the project's own files, however it spells them.
 *
 * @param file absolute, or relative to the project.
 */
export function fileOfProject(
  root: string,
  file: string,
  files: Pick<Files, 'realPath' | 'isDirectory'>,
): string | undefined {
  const real = files.realPath(resolve(root, file));
  const realRoot = files.realPath(root);
  if (real === undefined || realRoot === undefined || files.isDirectory(real)) return undefined;
  return real.startsWith(`${realRoot}/`) ? relative(realRoot, real) : undefined;
}

/** Who shows the editors' windows. */
interface EditorsHost {
  /** The windows are others now. */
  changed(): void;
  /** Tells everybody who looks. */
  say(text: string): void;
}

interface ProgramOfPane {
  readonly open: OpenPaneSource;
  /** As it is called: `vim`. */
  readonly name: string;
}

/** The editors that people have opened: each in a window of its own, which goes when it ends. */
export class Editors {
  readonly #world: { readonly openPty: OpenPty; readonly host: Host };
  readonly #host: EditorsHost;
  readonly #sources = new Map<string, OpenPaneSource>();
  #windows: readonly (DashboardWindow & { readonly kind: 'panes' })[] = [];

  constructor(world: { readonly openPty: OpenPty; readonly host: Host }, host: EditorsHost) {
    this.#world = world;
    this.#host = host;
  }

  get windows(): readonly DashboardWindow[] {
    return this.#windows;
  }

  /** Where the bytes of an editor's pane come from; undefined for other panes. */
  source(pane: string): OpenPaneSource | undefined {
    return this.#sources.get(pane);
  }

  /** Opens the file, unless it is open. @returns the name of its window. */
  open(request: EditRequest): string {
    const { file } = request;
    const id = `edit:${file}`;
    const opened = this.#windows.find(({ panes }) => panes.some((pane) => pane.id === id));
    if (opened !== undefined) return opened.name;
    const short = `edit ${basename(file)}`;
    // Files of the same name in two folders have a window each.
    const name = this.#windows.some((window) => window.name === short) ? `edit ${file}` : short;
    this.#sources.set(id, this.#untilItEnds(id, request));
    const pane = { id, definition: { kind: 'edit' as const, file }, interactive: true };
    this.#windows = [...this.#windows, { kind: 'panes', name, layout: 'tiled', panes: [pane] }];
    this.#host.changed();
    return name;
  }

  /** By the editor of the person who started this process; a client has no say in it. */
  #program({ root, file, line, column }: EditRequest): ProgramOfPane {
    const { openPty, host } = this.#world;
    const argv = editorArgv(host.environment, resolve(root, file), line, column);
    const open = ptySource(openPty, {
      argv,
      cwd: root,
      env: { ...host.environment, ...PANE_TERMINAL, TMUX: undefined },
    });
    return { open, name: basename(argv[0] ?? '') };
  }

  #untilItEnds(id: string, request: EditRequest): OpenPaneSource {
    const { open, name } = this.#program(request);
    const words = new EditorWords();
    return (size, sink) =>
      open(size, {
        ...sink,
        write: (data, line) => {
          words.take(data);
          sink.write(data, line);
        },
        ended: (why) => {
          sink.ended(why);
          const told = words.atEnd(name, why, `${request.file}:${String(request.line)}`);
          this.#sources.delete(id);
          this.#windows = this.#windows.filter(({ panes }) =>
            panes.every((pane) => pane.id !== id),
          );
          this.#host.changed();
          if (told !== undefined) this.#host.say(told);
        },
      });
  }
}
