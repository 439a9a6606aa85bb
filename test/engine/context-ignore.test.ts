import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ownName } from '../support/own-run.ts';
import { contextIgnore } from '../../src/images/context-ignore.ts';
import { runProgram } from '../support/run-program.ts';

/** `ONESTACK_SEED=7 ONESTACK_ROUNDS=300` tries others, and more of them. */
const ROUNDS = Number(process.env['ONESTACK_ROUNDS'] ?? 25);
const SEED = Number(process.env['ONESTACK_SEED'] ?? 0);
const NAMES = [
  ...'a b ab a.js b.js c.md .env .git x+y src node_modules d[e] ö (1) $x A ^a !a #a a|b {a}'.split(
    ' ',
  ),
  ...['a b', 'a\\b', '*'],
];
const WILD = [
  ...'* ** *.js ? a* [ab] [!a] [^a] .* **.js a** *b* \\a .. . [a-c]* **a a**b **/*.js'.split(' '),
  ...'*** ?? **? \\* \\? \\[ab] [] [^] [a [a-] [\\]] [b-a] {a,b} a|b* a{1}* [^a-c]* ** */* a/.. ./a **/.. //'.split(
    ' ',
  ),
];
const folder = mkdtempSync(join(tmpdir(), `${ownName()}-ignore-`));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers from 0 to 1 that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const filesIn = (root: string): readonly string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();

/** A tree of files and the lines of a .dockerignore, at random. */
function arrange(root: string, random: () => number): string {
  const pick = <T>(list: readonly T[]): T => {
    const found = list[Math.floor(random() * list.length)];
    if (found === undefined) throw new Error('empty');
    return found;
  };
  const several = <T>(most: number, make: () => T): readonly T[] =>
    Array.from({ length: 1 + Math.floor(random() * most) }, make);
  for (let count = 0; count < 25; count += 1) {
    const path = several(3, () => pick(NAMES));
    try {
      mkdirSync(join(root, ...path.slice(0, -1)), { recursive: true });
      writeFileSync(join(root, ...path), 'x');
    } catch {
      // A file where a folder is to be, or the other way round.
    }
  }
  const lines = several(5, () => {
    const path = several(3, () => pick([...NAMES, ...WILD])).join('/');
    const start = random() < 0.2 ? pick(['/', './']) : '';
    const line = `${start}${path}${random() < 0.15 ? '/' : ''}`;
    const taken = random() < 0.3 ? pick(['!', '! ']) + line : line;
    const odd = [
      `  ${taken} `,
      `#${taken}`,
      ` #${taken}`,
      `\t${taken}`,
      `${taken}\r`,
      `${taken}\\`,
      '!',
    ];
    return random() < 0.1 ? pick(odd) : taken;
  });
  return (random() < 0.05 ? '\uFEFF' : '') + lines.join(random() < 0.1 ? '\r\n' : '\n');
}

it('leaves out of contexts what BuildKit leaves out, for patterns and trees at random', async () => {
  const dockerfile = join(folder, 'Dockerfile');
  writeFileSync(dockerfile, 'FROM scratch\nCOPY . /\n');
  let compared = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const root = join(folder, `in-${String(round)}`);
    const out = join(folder, `out-${String(round)}`);
    mkdirSync(root);
    const text = arrange(root, numbers(SEED + round * 7919));
    writeFileSync(`${dockerfile}.dockerignore`, text);
    const argv = ['docker', 'buildx', 'build', '--quiet', '--file', dockerfile];
    const built = await runProgram([...argv, '--output', `type=local,dest=${out}`, root]);
    // A pattern that is none, or nothing left to copy.
    if (built.status !== 0) continue;
    const ignore = contextIgnore(text);
    const kept = filesIn(root).filter((path) => !ignore.ignores(path));
    expect({ round, text, kept }).toEqual({ round, text, kept: filesIn(out) });
    compared += 1;
  }
  expect(compared).toBeGreaterThan(ROUNDS / 2);
});
