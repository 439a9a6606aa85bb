import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import type { Processes } from '../ports/processes.ts';
import type { Connection } from '../ports/sockets.ts';
import type { Timers } from '../ports/timers.ts';
import { createTurnFinder } from '../state/turns.ts';
import type { OpenPaneSource } from './panes/pane-source.ts';
import type { DashboardPane, DashboardWindow } from '../views/dashboard/surroundings.ts';
import type { Effect } from '../views/dashboard/ui.ts';
import { listenToClient } from './client-messages.ts';
import { ClientView } from './client-view.ts';
import type { ViewHost } from './client-view.ts';
import { Editors, fileOfProject } from './editors.ts';
import { paneSource } from './pane-factory.ts';
import type { PaneProject, PaneWorld } from './pane-factory.ts';
import { terminalText } from '../util/terminal-text.ts';
import { openUrl } from './open-url.ts';
import { PaneSet } from './pane-set.ts';
import type { SessionLink } from './session-link.ts';
import { Usage } from './usage.ts';
import type { UsageWorld } from './usage.ts';
import type { Hello } from './wire.ts';

/** What the project looks like to the dashboard; read anew when the session says that it changed. */
export interface DashboardProject extends PaneProject {
  /** What this clone of the project is called to people. */
  readonly label: string;
  readonly windows: readonly DashboardWindow[];
  /** Name of the prefix key. */
  readonly prefix: string;
}

export interface DashboardWorld extends PaneWorld, UsageWorld {
  readonly clock: Clock;
  readonly host: Host;
  readonly processes: Processes;
  readonly timers: Timers;
  readonly files: Pick<Files, 'realPath' | 'isDirectory'>;
}

export interface DashboardHostOptions {
  readonly readProject: () => DashboardProject;
  readonly link: SessionLink;
  readonly world: DashboardWorld;
}

/** Ages and times on the lists are told in seconds. */
const TICK_MS = 1_000;

/**
 * Holds the panes' terminals and a view for each attached client. A client can go and come back, or
 * be killed: the panes do not notice.
 */
export class DashboardHost implements ViewHost {
  readonly timers: Timers;
  readonly #options: DashboardHostOptions;
  /** Panes of logs that show lines as they came. */
  readonly #rawLogs = new Set<string>();
  readonly #clients = new Set<ClientView>();
  readonly #panes: PaneSet;
  readonly #usage: Usage;
  #project: DashboardProject;
  readonly #editors: Editors;
  #endTicks: (() => void) | undefined;

  constructor(options: DashboardHostOptions) {
    this.#options = options;
    const { world, link } = options;
    this.timers = world.timers;
    this.#project = options.readProject();
    this.#editors = new Editors(world, () => this.#windowsChanged());
    this.#panes = new PaneSet(
      world.createEmulator,
      (pane) => this.#source(pane),
      (id) => this.#paneChanged(id),
    );
    this.#usage = new Usage(this.#project.instance, world, () => this.#refreshLists());
    this.#panes.setWindows(this.windows());
    const findTurns = createTurnFinder();
    link.onChange(() => {
      const state = link.state();
      const rings = findTurns(state).length > 0 && state.bell;
      for (const client of this.#clients) {
        if (rings) client.ring();
        client.refresh();
      }
    });
    link.onEvent((event) => {
      const applied = event.kind === 'plan' && event.state !== 'applying';
      if (event.kind === 'modules' || applied) this.#readAgain();
    });
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  /** A new connection: its first message says what terminal it is. */
  connect(connection: Connection): void {
    let client: ClientView | undefined;
    listenToClient(connection, {
      hello: (hello) => {
        client = this.#attach(connection, hello);
      },
      input: (bytes) => client?.input(bytes),
      resize: (size) => client?.resize(size),
      closed: () => {
        if (client !== undefined) this.#detach(client);
      },
    });
  }

  /** Tells everybody goodbye and ends the panes. */
  close(text: string): void {
    for (const client of [...this.#clients]) {
      client.bye({ status: 0, text });
      this.#detach(client);
    }
    this.#panes.close();
    this.#options.link.close();
  }

  around() {
    const { link, world } = this.#options;
    return {
      label: this.#project.label,
      context: this.#project.context,
      state: link.state(),
      linked: link.isLinked,
      stats: this.#usage.stats,
      nowMs: world.clock.now(),
      prefix: this.#project.prefix,
      pane: (id: string) => this.#panes.view(id),
    };
  }

  windows(): readonly DashboardWindow[] {
    return [...this.#project.windows, ...this.#editors.windows];
  }

  looksChanged(): void {
    this.#panes.fit(this.#clients);
    const lists = [...this.#clients].some((client) => client.showsLists);
    this.#usage.set(lists);
    if (lists === (this.#endTicks !== undefined)) return;
    this.#endTicks?.();
    this.#endTicks = lists ? this.timers.every(TICK_MS, () => this.#refreshLists()) : undefined;
  }

  perform(effect: Effect, client: ClientView): void {
    switch (effect.kind) {
      case 'send':
        this.#panes.send(effect.pane, effect.data);
        return;
      case 'raw-logs':
        if (!this.#rawLogs.delete(effect.pane)) this.#rawLogs.add(effect.pane);
        this.#panes.restart(effect.pane);
        return;
      case 'restart-pane':
        this.#panes.restart(effect.pane);
        return;
      case 'copy':
        // What is not seen does not get into the clipboard either.
        client.write(`\x1b]52;c;${base64(terminalText(effect.text, false))}\x07`);
        return;
      case 'redraw':
        client.redraw();
        return;
      case 'detach':
        client.bye({ status: 0, text: 'left; everything goes on running (dev dash comes back)' });
        this.#detach(client);
        return;
      case 'suspend':
        client.suspend();
        return;
      case 'edit': {
        const { root } = this.#project;
        const file = fileOfProject(root, effect.file, this.#options.world.files);
        if (file === undefined) client.say(`${effect.file} is no file of this project`);
        else client.showWindow(this.#editors.open({ root, file, line: effect.line }));
        return;
      }
      case 'open-url':
        void openUrl(effect.url, this.#options.world).then((said) => {
          client.say(said);
        });
        return;
      case 'intent':
        void this.#options.link.send(effect.intent).then((refusal) => {
          if (refusal !== undefined) client.say(refusal);
        });
        return;
    }
  }

  #attach(connection: Connection, hello: Hello): ClientView {
    const client = new ClientView(connection, hello, this);
    this.#clients.add(client);
    this.looksChanged();
    client.refresh();
    if (hello.isReturn === true) {
      client.say('the panes’ background process was killed: their programs were started again');
    }
    return client;
  }

  #detach(client: ClientView): void {
    if (!this.#clients.delete(client)) return;
    client.close();
    this.looksChanged();
  }

  #paneChanged(id: string): void {
    const rang = this.#panes.takeBell(id);
    for (const client of this.#clients) {
      client.paneChanged(id);
      if (rang) client.ringForPane();
    }
  }

  #refreshLists(): void {
    for (const client of this.#clients) if (client.showsLists) client.refresh();
  }

  #readAgain(): void {
    this.#project = this.#options.readProject();
    this.#windowsChanged();
  }

  #windowsChanged(): void {
    const windows = this.windows();
    this.#panes.setWindows(windows);
    for (const client of this.#clients) client.windowsChanged();
  }

  #source(pane: DashboardPane): OpenPaneSource {
    const { definition } = pane;
    const editor = this.#editors.source(pane.id);
    if (editor !== undefined) return editor;
    if (definition.kind === 'edit') throw new Error(`no editor for ${definition.file}`);
    const isRaw = (): boolean => this.#rawLogs.has(pane.id);
    const { world, link } = this.#options;
    return paneSource(definition, this.#project, world, link, isRaw);
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
