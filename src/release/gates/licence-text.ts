type Words = ReadonlyMap<string, number>;

/** What follows tells how to apply a licence to one's own work; some leave it out. */
const ADVICE = /^[ \t]*(?:APPENDIX: )?How to Apply (?:These Terms|the Apache License)[\s\S]*$/im;

/** The words that say what a licence is, and how often; not who gives it, since when, and how it is laid out. */
function words(text: string): Words {
  const said = text
    .replace(ADVICE, ' ')
    .replace(/^.*\b(?:copyright|\(c\)|©)\s*(?:\(c\)|©|<|\[|\{|\d{4}|by\b).*$/gim, ' ')
    .replace(/^\s*all rights reserved\.?\s*$/gim, ' ')
    .toLowerCase();
  const count = new Map<string, number>();
  for (const word of said.match(/[a-z0-9]+/g) ?? []) count.set(word, (count.get(word) ?? 0) + 1);
  return count;
}

/** So much of its words a text has to share with a licence; the rest is names, titles and spelling. */
const ALIKE = 0.95;
/** More of its own than this is a clause: a long licence would drown it. */
const MOST_OWN = 20;

const sum = (counts: Iterable<number>): number => [...counts].reduce((all, one) => all + one, 0);

/** How much of two texts is the same (Sørensen and Dice): 0 nothing, 1 all. */
function alike(own: Words, standard: Words): number {
  const both = sum([...own].map(([word, count]) => Math.min(count, standard.get(word) ?? 0)));
  const [mine, its] = [sum(own.values()), sum(standard.values())];
  return mine - both > MOST_OWN || mine === 0 ? 0 : (2 * both) / (mine + its);
}

/**
 * Which licence a `LICENSE` file holds, as GitHub's licensee finds it: the one that it shares most words
 * with. One with a clause more than that is another licence.
 * @param known texts by their SPDX identifier.
 * @returns undefined for a text that is none of them.
 */
export function licenceOfText(
  text: string,
  known: ReadonlyMap<string, string>,
): string | undefined {
  const own = words(text);
  let best: { readonly id: string; readonly score: number } | undefined;
  for (const [id, standard] of known) {
    const score = alike(own, words(standard));
    if (score >= ALIKE && score > (best?.score ?? 0)) best = { id, score };
  }
  return best?.id;
}
