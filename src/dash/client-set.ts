import type { Timers } from '../ports/timers.ts';
import type { ClientView } from './client-view.ts';

/** Ages and times on the lists are told in seconds. */
const TICK_MS = 1_000;

/** The attached clients, and what all of them are told. */
export class ClientSet implements Iterable<ClientView> {
  readonly #timers: Pick<Timers, 'every'>;
  readonly #clients = new Set<ClientView>();
  #endTicks: (() => void) | undefined;

  constructor(timers: Pick<Timers, 'every'>) {
    this.#timers = timers;
  }

  get size(): number {
    return this.#clients.size;
  }

  [Symbol.iterator](): Iterator<ClientView> {
    return this.#clients.values();
  }

  add(client: ClientView): void {
    this.#clients.add(client);
  }

  /** @returns whether it was one. */
  remove(client: ClientView): boolean {
    return this.#clients.delete(client);
  }

  stateChanged(rings: boolean): void {
    for (const client of this.#clients) {
      if (rings) client.line.ring();
      client.refresh();
    }
  }

  paneChanged(id: string, rang: boolean): void {
    for (const client of this.#clients) {
      client.paneChanged(id);
      if (rang) client.line.ringForPane();
    }
  }

  say(text: string): void {
    for (const client of this.#clients) client.say(text);
  }

  windowsChanged(): void {
    for (const client of this.#clients) client.windowsChanged();
  }

  refreshLists(): void {
    for (const client of this.#clients) if (client.showsLists) client.refresh();
  }

  /** Draws lists anew each second for as long as somebody looks at one. @returns whether somebody does. */
  tickLists(): boolean {
    const lists = [...this.#clients].some((client) => client.showsLists);
    if (lists !== (this.#endTicks !== undefined)) {
      this.#endTicks?.();
      this.#endTicks = lists ? this.#timers.every(TICK_MS, () => this.refreshLists()) : undefined;
    }
    return lists;
  }
}
