import type { Connection } from '../ports/sockets.ts';
import type { Timers } from '../ports/timers.ts';
import type { Carry } from './panes/reflow.ts';
import { carried } from '../views/dashboard/carried.ts';
import { compose } from '../views/dashboard/compose.ts';
import type { Frame } from '../views/dashboard/compose.ts';
import { diff } from '../views/dashboard/diff.ts';
import type { Capabilities } from '../views/dashboard/diff.ts';
import { geometry } from '../views/dashboard/geometry.ts';
import type { ShownPane } from '../views/dashboard/geometry.ts';
import { InputReader } from '../views/dashboard/input.ts';
import type { Input } from '../views/dashboard/input.ts';
import { rebase } from '../views/dashboard/rebase.ts';
import { showWindow } from '../views/dashboard/show.ts';
import { step } from '../views/dashboard/step.ts';
import type { DashboardWindow, Surroundings } from '../views/dashboard/surroundings.ts';
import { firstWindow, openUi } from '../views/dashboard/ui.ts';
import type { Effect, Ui } from '../views/dashboard/ui.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { ScreenSize } from './client-messages.ts';
import { FrameLoop } from './frame-loop.ts';
import { ownWindows } from './own-windows.ts';
import { encodeFrame } from '../util/frames.ts';
import { MESSAGE } from './wire.ts';
import type { Bye, Hello } from './wire.ts';

/** A message to the person stands so long, or until a key. */
const MESSAGE_MS = 5_000;
/** A lone Escape is one when so long nothing follows it. */
const ESCAPE_MS = 30;
/** A program that rings all the time is heard so often. */
const BELL_MS = 1_000;
const BELL = '\x07';

/** What a client's view needs of the host. */
export interface ViewHost {
  readonly timers: Timers;
  /** Everything but what is the client's own. */
  around(): Omit<Surroundings, 'windows' | 'size' | 'bare'>;
  windows(): readonly DashboardWindow[];
  /** The client looks at other panes, or has another size. */
  looksChanged(): void;
  perform(effect: Effect, client: ClientView): void;
}

/** One attached terminal: its view, and the last frame that it was sent. */
export class ClientView {
  readonly #connection: Connection;
  readonly #host: ViewHost;
  readonly #capabilities: Capabilities;
  readonly #reader = new InputReader();
  readonly #frames: FrameLoop;
  readonly #bare: boolean;
  #windows: readonly DashboardWindow[];
  #ui: Ui;
  #size: ScreenSize;
  #shown: Frame | undefined;
  #escapeTimer: (() => void) | undefined;
  #messageTimer: (() => void) | undefined;
  #rangAt = -BELL_MS;
  #typed: { readonly pane: string; readonly data: string[] } | undefined;

  constructor(connection: Connection, hello: Hello, host: ViewHost) {
    this.#connection = connection;
    this.#host = host;
    this.#capabilities = capabilitiesOf(hello.environment);
    this.#size = { columns: hello.columns, rows: hello.rows };
    this.#bare = hello.pane !== undefined;
    this.#windows = ownWindows(host.windows(), hello.pane);
    this.#ui = openUi(this.#windows, firstWindow(this.#windows, hello.window));
    this.#frames = new FrameLoop({ timers: host.timers, draw: () => this.#draw() });
    connection.onDrain(() => this.#frames.drained());
  }

  input(bytes: Buffer): void {
    this.#escapeTimer?.();
    this.#frames.typed();
    this.#take(this.#reader.read(bytes));
    if (!this.#reader.isWaiting) return;
    this.#escapeTimer = this.#host.timers.after(ESCAPE_MS, () => this.#take(this.#reader.flush()));
  }

  resize(size: ScreenSize): void {
    this.#size = { ...size };
    this.#shown = undefined;
    this.#host.looksChanged();
    this.#frames.want();
  }

  /** Something that it may show has changed. */
  refresh(): void {
    this.#frames.want();
  }

  paneChanged(id: string): void {
    const listed = this.#ui.mode.kind === 'results';
    if (listed || this.shownPanes().some(({ pane }) => pane.id === id)) this.#frames.want();
  }

  /** A pane has another size: what is looked at in it stays. */
  paneResized(id: string, carry: Carry): void {
    this.#ui = carried(this.#ui, id, carry, this.#host.around().pane(id));
  }

  /** The host's windows are others now. */
  windowsChanged(): void {
    if (this.#bare) return;
    const windows = this.#host.windows();
    this.#ui = rebase(this.#ui, this.#windows, windows);
    this.#windows = windows;
    this.#host.looksChanged();
    this.#frames.want();
  }

  showWindow(name: string): void {
    const window = this.#windows.findIndex((one) => one.name === name);
    if (window < 0) return;
    this.#ui = showWindow(this.#ui, window, this.#around());
    this.#host.looksChanged();
    this.#frames.want();
  }

  say(message: string): void {
    this.#ui = { ...this.#ui, message };
    this.#frames.want();
    this.#forgetMessageLater();
  }

  write(text: string): void {
    this.#connection.write(encodeFrame(MESSAGE.output, text));
  }

  /** Rings the terminal's bell: a module turned from good to bad, or back. */
  ring(): void {
    this.write(BELL);
  }

  /** Passes on the bell of a pane's program, unless one has just rung. */
  ringForPane(): void {
    const now = this.#host.timers.now();
    if (now - this.#rangAt < BELL_MS) return;
    this.#rangAt = now;
    this.ring();
  }

  redraw(): void {
    this.#shown = undefined;
    this.#frames.want();
  }

  suspend(): void {
    this.#connection.write(encodeFrame(MESSAGE.suspend));
  }

  bye(bye: Bye): void {
    this.#connection.write(encodeFrame(MESSAGE.bye, JSON.stringify(bye)));
    this.#connection.end();
    this.close();
  }

  close(): void {
    this.#frames.close();
    this.#escapeTimer?.();
    this.#messageTimer?.();
  }

  shownPanes(): readonly ShownPane[] {
    const window = this.#windows[this.#ui.window];
    return geometry(window, this.#ui, { size: this.#size, bare: this.#bare }).panes;
  }

  get showsLists(): boolean {
    const kind = this.#windows[this.#ui.window]?.kind;
    return kind === 'overview' || kind === 'problems';
  }

  #around(): Surroundings {
    return {
      ...this.#host.around(),
      windows: this.#windows,
      size: this.#size,
      bare: this.#bare,
    };
  }

  #take(inputs: readonly Input[]): void {
    for (const input of inputs) {
      const before = this.#ui;
      const { ui, effects } = step(before, input, this.#around());
      this.#ui = ui;
      if (ui.window !== before.window || ui.layouts !== before.layouts) this.#host.looksChanged();
      for (const effect of effects) this.#perform(effect);
      if (ui !== before) this.#frames.want();
      if (ui.message !== '') this.#forgetMessageLater();
    }
    this.#sendTyped();
  }

  /** Keys that came together go to their program together: a paste may be a thousand of them. */
  #perform(effect: Effect): void {
    if (effect.kind === 'send' && effect.pane === this.#typed?.pane) {
      this.#typed.data.push(effect.data);
      return;
    }
    this.#sendTyped();
    if (effect.kind === 'send') this.#typed = { pane: effect.pane, data: [effect.data] };
    else this.#host.perform(effect, this);
  }

  #sendTyped(): void {
    if (this.#typed === undefined) return;
    const { pane, data } = this.#typed;
    this.#typed = undefined;
    this.#host.perform({ kind: 'send', pane, data: data.join('') }, this);
  }

  #forgetMessageLater(): void {
    this.#messageTimer?.();
    this.#messageTimer = this.#host.timers.after(MESSAGE_MS, () => {
      this.#ui = { ...this.#ui, message: '' };
      this.#frames.want();
    });
  }

  #draw(): boolean {
    const next = compose(this.#ui, this.#around());
    const text = diff(
      this.#shown?.grid,
      next.grid,
      { before: this.#shown?.cursor, after: next.cursor },
      this.#capabilities,
    );
    this.#shown = next;
    return text === '' || this.#connection.write(encodeFrame(MESSAGE.output, text));
  }
}
