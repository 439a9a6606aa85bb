import type { CreateEmulator } from '../ports/emulator.ts';
import { PaneTerminal } from './panes/pane-terminal.ts';
import type { OpenPaneSource } from './panes/pane-source.ts';
import { paneTitle } from '../views/dashboard/derive-windows.ts';
import type { DashboardPane, DashboardWindow, PaneView } from '../views/dashboard/scene.ts';
import type { ClientView } from './client-view.ts';
import { NO_PANE, paneView } from './panes.ts';

/** A pane that nobody has looked at yet. */
const UNSEEN_SIZE = { columns: 80, rows: 24 };

interface Held {
  readonly terminal: PaneTerminal;
  readonly view: PaneView;
}

/** All terminals of the panes. They go on whoever looks; each has the size of who looks. */
export class PaneSet {
  readonly #panes = new Map<string, Held>();
  readonly #create: CreateEmulator;
  readonly #source: (pane: DashboardPane) => OpenPaneSource;
  readonly #changed: (id: string) => void;

  constructor(
    createEmulator: CreateEmulator,
    source: (pane: DashboardPane) => OpenPaneSource,
    changed: (id: string) => void,
  ) {
    this.#create = createEmulator;
    this.#source = source;
    this.#changed = changed;
  }

  /** Panes of windows that are gone end; new ones are made, and start when they are first seen. */
  setWindows(windows: readonly DashboardWindow[]): void {
    const panes = windows.flatMap((window) => (window.kind === 'panes' ? window.panes : []));
    const wanted = new Set(panes.map(({ id }) => id));
    for (const [id, { terminal }] of this.#panes) {
      if (wanted.has(id)) continue;
      terminal.close();
      this.#panes.delete(id);
    }
    for (const pane of panes) if (!this.#panes.has(pane.id)) this.#add(pane);
  }

  view(id: string): PaneView {
    // A view may still name a pane whose window an edit of dev.yaml has just taken away.
    return this.#panes.get(id)?.view ?? NO_PANE;
  }

  send(id: string, data: string): void {
    this.#panes.get(id)?.terminal.send(data);
  }

  restart(id: string): void {
    this.#panes.get(id)?.terminal.restart();
  }

  takeBell(id: string): boolean {
    return this.#panes.get(id)?.terminal.takeBell() ?? false;
  }

  /**
   * Gives every pane that is looked at the largest size that fits all who look, and starts it. The
   * logs and checks of all windows start with the first look at any: search goes over all of them.
   */
  fit(clients: Iterable<ClientView>): void {
    const sizes = new Map<string, { columns: number; rows: number }>();
    for (const client of clients) {
      for (const { pane, content } of client.shownPanes()) {
        const seen = sizes.get(pane.id);
        sizes.set(pane.id, {
          columns: Math.min(seen?.columns ?? content.columns, content.columns),
          rows: Math.min(seen?.rows ?? content.rows, content.rows),
        });
      }
    }
    for (const [id, { terminal }] of this.#panes) {
      const size = sizes.get(id);
      if (size !== undefined) {
        const columns = Math.max(2, size.columns);
        const carry = terminal.resize({ columns, rows: Math.max(1, size.rows) });
        if (carry !== undefined) for (const client of clients) client.paneResized(id, carry);
        if (!terminal.hasEnded) terminal.start();
      } else if (!terminal.interactive && !terminal.hasEnded) {
        terminal.start();
      }
    }
  }

  close(): void {
    for (const { terminal } of this.#panes.values()) terminal.close();
    this.#panes.clear();
  }

  #add(pane: DashboardPane): void {
    const terminal = new PaneTerminal(
      {
        id: pane.id,
        title: paneTitle(pane.definition),
        interactive: pane.interactive,
        open: (size, sink) => this.#source(pane)(size, sink),
        createEmulator: this.#create,
        onChange: () => this.#changed(pane.id),
      },
      UNSEEN_SIZE,
    );
    this.#panes.set(pane.id, { terminal, view: paneView(terminal) });
  }
}
