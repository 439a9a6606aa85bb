import type { Effect } from '../views/dashboard/ui.ts';

/** Keys that came together go to their program together: a paste may be a thousand of them. */
export class TypedKeys {
  readonly #perform: (effect: Effect) => void;
  #typed: { readonly pane: string; readonly data: string[] } | undefined;

  constructor(perform: (effect: Effect) => void) {
    this.#perform = perform;
  }

  perform(effect: Effect): void {
    if (effect.kind === 'send' && effect.pane === this.#typed?.pane) {
      this.#typed.data.push(effect.data);
      return;
    }
    this.send();
    if (effect.kind === 'send') this.#typed = { pane: effect.pane, data: [effect.data] };
    else this.#perform(effect);
  }

  /** What is held back. */
  send(): void {
    if (this.#typed === undefined) return;
    const { pane, data } = this.#typed;
    this.#typed = undefined;
    this.#perform({ kind: 'send', pane, data: data.join('') });
  }
}
