import type { Carry } from './panes/reflow.ts';
import { afterReflow } from '../views/dashboard/after-reflow.ts';
import { compose } from '../views/dashboard/compose.ts';
import type { ScreenFrame } from '../views/dashboard/compose.ts';
import { geometry } from '../views/dashboard/geometry.ts';
import type { ShownPane } from '../views/dashboard/geometry.ts';
import type { TerminalInput } from '../views/dashboard/input.ts';
import { rebase } from '../views/dashboard/rebase.ts';
import { showWindow } from '../views/dashboard/show.ts';
import { uiStep } from '../views/dashboard/step.ts';
import type { DashboardWindow, Scene } from '../views/dashboard/scene.ts';
import { beginWith } from '../views/dashboard/ui.ts';
import type { Effect, Ui } from '../views/dashboard/ui.ts';
import type { ScreenSize } from './client-messages.ts';
import { ownWindows } from './own-windows.ts';
import type { Hello } from './wire.ts';

/** What is around all clients: all but what is a client's own. */
export type CommonSurroundings = Omit<Scene, 'windows' | 'size' | 'bare'>;

/** What one client looks at: its windows, its size and what it has opened; each change is a pure step. */
export class ClientLook {
  readonly #common: () => CommonSurroundings;
  readonly #bare: boolean;
  #windows: readonly DashboardWindow[];
  #size: ScreenSize;
  #ui: Ui;

  constructor(
    { columns, rows, pane, window }: Hello,
    windows: readonly DashboardWindow[],
    common: () => CommonSurroundings,
  ) {
    this.#common = common;
    this.#size = { columns, rows };
    this.#bare = pane !== undefined;
    this.#windows = ownWindows(windows, pane);
    this.#ui = beginWith(this.#windows, window);
  }

  get frame(): ScreenFrame {
    return compose(this.#ui, this.#around());
  }

  get panes(): readonly ShownPane[] {
    const window = this.#windows[this.#ui.window];
    return geometry(window, this.#ui, { size: this.#size, bare: this.#bare }).panes;
  }

  get showsLists(): boolean {
    const kind = this.#windows[this.#ui.window]?.kind;
    return kind === 'overview' || kind === 'problems';
  }

  get hasMessage(): boolean {
    return this.#ui.message !== '';
  }

  /** Whether something of a pane is in sight. */
  shows(id: string): boolean {
    return this.#ui.mode.kind === 'results' || this.panes.some(({ pane }) => pane.id === id);
  }

  resize(size: ScreenSize): void {
    this.#size = { ...size };
  }

  /** A pane has another size: what is looked at in it stays. */
  paneResized(id: string, carry: Carry): void {
    this.#ui = afterReflow(this.#ui, id, carry, this.#common().pane(id));
  }

  /** @returns whether it has others now: one pane alone keeps its own. */
  setWindows(windows: readonly DashboardWindow[]): boolean {
    if (this.#bare) return false;
    this.#ui = rebase(this.#ui, this.#windows, windows);
    this.#windows = windows;
    return true;
  }

  /** @returns whether there is such a window. */
  showWindow(name: string): boolean {
    const window = this.#windows.findIndex((one) => one.name === name);
    if (window >= 0) this.#ui = showWindow(this.#ui, window, this.#around());
    return window >= 0;
  }

  say(message: string): void {
    this.#ui = { ...this.#ui, message };
  }

  /** @returns what is to be done outside of it; whether it is another one, and of other panes. */
  take(input: TerminalInput): {
    readonly effects: readonly Effect[];
    readonly isOther: boolean;
    readonly looksElsewhere: boolean;
  } {
    const before = this.#ui;
    const { ui, effects } = uiStep(before, input, this.#around());
    this.#ui = ui;
    const looksElsewhere = ui.window !== before.window || ui.layouts !== before.layouts;
    return { effects, isOther: ui !== before, looksElsewhere };
  }

  #around(): Scene {
    return { ...this.#common(), windows: this.#windows, size: this.#size, bare: this.#bare };
  }
}
