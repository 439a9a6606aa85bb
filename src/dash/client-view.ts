import type { Connection } from '../ports/sockets.ts';
import type { Timers } from '../ports/timers.ts';
import type { Carry } from './panes/reflow.ts';
import type { ScreenFrame } from '../views/dashboard/compose.ts';
import { diff } from '../views/dashboard/diff.ts';
import type { Capabilities } from '../views/dashboard/diff.ts';
import type { ShownPane } from '../views/dashboard/geometry.ts';
import type { TerminalInput } from '../views/dashboard/input.ts';
import type { DashboardWindow } from '../views/dashboard/scene.ts';
import type { Effect } from '../views/dashboard/ui.ts';
import { capabilitiesOf } from './capabilities.ts';
import { ClientLine } from './client-line.ts';
import { ClientLook, type CommonSurroundings } from './client-look.ts';
import type { ScreenSize } from './client-messages.ts';
import { FrameLoop } from './frame-loop.ts';
import { KeyReader } from './key-reader.ts';
import { TypedKeys } from './typed-keys.ts';
import type { Bye, Hello } from './wire.ts';

/** A message to the person stands so long, or until a key. */
const MESSAGE_MS = 5_000;

/** What a client's view needs of the host. */
export interface ViewHost {
  readonly timers: Timers;
  around(): CommonSurroundings;
  windows(): readonly DashboardWindow[];
  /** The client looks at other panes, or has another size. */
  looksChanged(): void;
  perform(effect: Effect, client: ClientView): void;
}

/** One attached terminal: its view, and the last frame that it was sent. */
export class ClientView {
  readonly line: ClientLine;
  readonly #host: ViewHost;
  readonly #capabilities: Capabilities;
  readonly #reader: KeyReader;
  readonly #frames: FrameLoop;
  readonly #look: ClientLook;
  #shown: ScreenFrame | undefined;
  #messageTimer: (() => void) | undefined;
  readonly #keys = new TypedKeys((effect) => this.#host.perform(effect, this));

  constructor(connection: Connection, hello: Hello, host: ViewHost) {
    this.line = new ClientLine(connection, host.timers);
    this.#host = host;
    this.#reader = new KeyReader(host.timers, (inputs) => this.#take(inputs));
    this.#capabilities = capabilitiesOf(hello.environment);
    this.#look = new ClientLook(hello, host.windows(), () => host.around());
    this.#frames = new FrameLoop({ timers: host.timers, draw: () => this.#draw() });
    connection.onDrain(() => this.#frames.drained());
  }

  input(bytes: Buffer): void {
    this.#frames.typed();
    this.#reader.read(bytes);
  }

  resize(size: ScreenSize): void {
    this.#look.resize(size);
    this.#host.looksChanged();
    this.redraw();
  }

  /** Something that it may show has changed. */
  refresh(): void {
    this.#frames.want();
  }

  paneChanged(id: string): void {
    if (this.#look.shows(id)) this.#frames.want();
  }

  paneResized(id: string, carry: Carry): void {
    this.#look.paneResized(id, carry);
  }

  /** The host's windows are others now. */
  windowsChanged(): void {
    if (this.#look.setWindows(this.#host.windows())) this.#looksElsewhere();
  }

  showWindow(name: string): void {
    if (this.#look.showWindow(name)) this.#looksElsewhere();
  }

  say(message: string): void {
    this.#look.say(message);
    this.#frames.want();
    this.#forgetMessageLater();
  }

  redraw(): void {
    this.#shown = undefined;
    this.#frames.want();
  }

  bye(bye: Bye): void {
    this.line.bye(bye);
    this.close();
  }

  close(): void {
    this.#frames.close();
    this.#reader.close();
    this.#messageTimer?.();
  }

  shownPanes(): readonly ShownPane[] {
    return this.#look.panes;
  }

  get showsLists(): boolean {
    return this.#look.showsLists;
  }

  #looksElsewhere(): void {
    this.#host.looksChanged();
    this.#frames.want();
  }

  #take(inputs: readonly TerminalInput[]): void {
    for (const input of inputs) {
      const { effects, isOther, looksElsewhere } = this.#look.take(input);
      if (looksElsewhere) this.#host.looksChanged();
      for (const effect of effects) this.#keys.perform(effect);
      if (isOther) this.#frames.want();
      if (this.#look.hasMessage) this.#forgetMessageLater();
    }
    this.#keys.send();
  }

  #forgetMessageLater(): void {
    this.#messageTimer?.();
    this.#messageTimer = this.#host.timers.after(MESSAGE_MS, () => {
      this.#look.say('');
      this.#frames.want();
    });
  }

  #draw(): boolean {
    const next = this.#look.frame;
    const text = diff(
      this.#shown?.grid,
      next.grid,
      { before: this.#shown?.cursor, after: next.cursor },
      this.#capabilities,
    );
    this.#shown = next;
    return text === '' || this.line.write(text);
  }
}
