import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import type { Processes } from '../ports/processes.ts';
import type { Connection } from '../ports/sockets.ts';
import type { Timers } from '../ports/timers.ts';
import { createTurnFinder } from '../state/turns.ts';
import type { DashboardWindow, Scene } from '../views/dashboard/scene.ts';
import type { Effect } from '../views/dashboard/ui.ts';
import { listenToClient } from './client-messages.ts';
import { ClientSet } from './client-set.ts';
import { ClientView } from './client-view.ts';
import type { ViewHost } from './client-view.ts';
import type { PaneWorld } from './pane-factory.ts';
import { PaneSet } from './pane-set.ts';
import { performEffect } from './perform-effect.ts';
import { ProjectWindows, type DashboardProject } from './project-windows.ts';
import type { SessionLink } from './session-link.ts';
import { Usage } from './usage.ts';
import type { UsageWorld } from './usage.ts';
import type { Hello } from './wire.ts';

export interface DashboardWorld extends PaneWorld, UsageWorld {
  readonly clock: Clock;
  readonly host: Host;
  readonly processes: Processes;
  readonly timers: Timers;
  readonly files: Pick<Files, 'realPath' | 'isDirectory' | 'confined' | 'exists'>;
}

export interface DashboardHostOptions {
  readonly readProject: () => DashboardProject;
  readonly link: SessionLink;
  readonly world: DashboardWorld;
  /** Addresses by name that there are now. */
  readonly addresses: () => Scene['addresses'];
}

/** What the session tells reaches every client, and what it has changed in the definition is read again. */
function followLink(link: SessionLink, clients: ClientSet, windows: ProjectWindows): void {
  const findTurns = createTurnFinder();
  link.onChange(() => {
    const state = link.state();
    clients.stateChanged(findTurns(state).length > 0 && state.bell);
  });
  link.onEvent((event) => {
    const applied = event.kind === 'plan' && event.state !== 'applying';
    if (event.kind === 'modules' || applied) windows.readAgain();
  });
}

/**
 * Holds the panes' terminals and a view for each attached client. A client can go and come back, or
 * be killed: the panes do not notice.
 */
export class DashboardHost implements ViewHost {
  readonly timers: Timers;
  readonly #options: DashboardHostOptions;
  readonly #clients: ClientSet;
  readonly #panes: PaneSet;
  readonly #usage: Usage;
  readonly #windows: ProjectWindows;

  constructor(options: DashboardHostOptions) {
    this.#options = options;
    const { world, link } = options;
    this.timers = world.timers;
    this.#clients = new ClientSet(world.timers);
    this.#windows = new ProjectWindows({
      ...options,
      changed: () => this.#windowsChanged(),
      say: (text) => this.#clients.say(text),
    });
    this.#panes = new PaneSet(
      world.createEmulator,
      (pane) => this.#windows.source(pane),
      (id) => this.#clients.paneChanged(id, this.#panes.takeBell(id)),
    );
    this.#usage = new Usage(this.#windows.project.instance, world, () =>
      this.#clients.refreshLists(),
    );
    this.#panes.setWindows(this.windows());
    followLink(link, this.#clients, this.#windows);
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
      closed: () => this.#detach(client),
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
    const { label, context, prefix } = this.#windows.project;
    return {
      ...{ label, context, prefix, linked: link.isLinked },
      state: link.state(),
      stats: this.#usage.stats,
      addresses: this.#options.addresses(),
      nowMs: world.clock.now(),
      pane: (id: string) => this.#panes.view(id),
    };
  }

  windows(): readonly DashboardWindow[] {
    return this.#windows.all;
  }

  looksChanged(): void {
    this.#panes.fit(this.#clients);
    this.#usage.set(this.#clients.tickLists());
  }

  perform(effect: Effect, client: ClientView): void {
    performEffect(effect, client, {
      ...{ ...this.#options, panes: this.#panes, rawLogs: this.#windows.rawLogs },
      edit: (place) => this.#windows.edit(place),
      leave: () => this.#detach(client),
    });
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

  #detach(client: ClientView | undefined): void {
    if (client === undefined || !this.#clients.remove(client)) return;
    client.close();
    this.looksChanged();
  }

  #windowsChanged(): void {
    this.#panes.setWindows(this.windows());
    this.#clients.windowsChanged();
  }
}
