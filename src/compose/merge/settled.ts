import type { ListNode, MapNode, Node } from '../tree.ts';

/** What is known of a list that files add to, whose items have keys. */
interface ListState {
  /** Items that are not settled: new ones, and those that went through all steps once. */
  readonly young: Map<number, 'new' | 'seen'>;
  /** Key → index, of all items that are not new. */
  readonly keys: Map<string, number>;
}

/**
 * What of a document need not be looked at again when the next file is laid over it: parts that went
 * through all steps in their final form, and that no file has touched since. Steps look at one part
 * and what is below it alone, so they would come to the same once more; twenty files over a thousand
 * services would otherwise be checked twenty times each. Of lists that files add to, it is their items.
 *
 * A part is settled after the second time, not the first: the first brings short forms to their long
 * ones, which Compose checks again with the next file.
 */
export class SettledParts {
  readonly #seen = new Set<MapNode>();
  readonly #settled = new Set<MapNode>();
  readonly #lists = new Map<ListNode, ListState>();

  has(node: Node): boolean {
    if (node.kind === 'map') return this.#settled.has(node);
    return node.kind === 'list' && this.#lists.get(node)?.young.size === 0;
  }

  /** It is about to be changed; whoever does so touches all above it as well. */
  touch(node: MapNode): void {
    this.#seen.delete(node);
    this.#settled.delete(node);
  }

  /** Something was taken away somewhere: everything is looked at again. */
  forget(): void {
    this.#seen.clear();
    this.#settled.clear();
    this.#lists.clear();
  }

  /** Calls back for the items of a list that are to be looked at. */
  eachYoung(list: ListNode, look: (item: Node, index: number) => void): void {
    const state = this.#lists.get(list);
    if (state === undefined) {
      list.items.forEach(look);
      return;
    }
    for (const index of state.young.keys()) {
      const item = list.items[index];
      if (item !== undefined) look(item, index);
    }
  }

  /** Whether no two items of a list are the same, by their keys. */
  isUnique(list: ListNode): boolean {
    return this.#lists.has(list);
  }

  /** The list that came of one when items were put behind those that it has. */
  appended(before: ListNode, after: ListNode): void {
    const state = this.#lists.get(before);
    if (state === undefined) return;
    for (let index = before.items.length; index < after.items.length; index += 1) {
      state.young.set(index, 'new');
    }
    this.#move(before, after, state);
  }

  /** The same items, the new ones in another form: as many of each. */
  reformed(before: ListNode, after: ListNode): void {
    const state = this.#lists.get(before);
    if (state !== undefined) this.#move(before, after, state);
  }

  #move(before: ListNode, after: ListNode, state: ListState): void {
    if (before === after) return;
    this.#lists.delete(before);
    this.#lists.set(after, state);
  }

  /** For who makes the items of a list unique, and knows what it means. */
  stateOf(list: ListNode): ListState | undefined {
    return this.#lists.get(list);
  }

  /** The items have these keys; all of them are new. */
  keyed(list: ListNode, keys: Map<string, number>): void {
    const young = list.items.map((_item, index) => [index, 'new'] as const);
    this.#lists.set(list, { keys, young: new Map(young) });
  }

  /** All of it is to be looked at again. */
  unsettle(list: ListNode): void {
    this.#lists.delete(list);
  }

  /** All steps were done on the document, and found nothing wrong. */
  passed(node: Node): void {
    if (node.kind === 'list') {
      this.eachYoung(node, (item) => this.passed(item));
      const young = this.#lists.get(node)?.young ?? new Map<number, 'new' | 'seen'>();
      for (const [index, age] of young) {
        if (age === 'new') young.set(index, 'seen');
        else young.delete(index);
      }
    } else if (node.kind === 'map' && !this.#settled.has(node)) {
      // Nothing below one that was seen was touched either: all of it is settled.
      if (this.#seen.has(node)) this.#settled.add(node);
      else this.#seen.add(node);
      for (const { value } of node.entries.values()) this.passed(value);
    }
  }
}

/** Where all is looked at. */
export const NOTHING_SETTLED = new SettledParts();
