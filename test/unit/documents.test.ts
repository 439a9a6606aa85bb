import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { commandsPage } from '../../scripts/commands-page.ts';
import { keysPages } from '../../scripts/keys-page.ts';
import { commandPaths } from '../../src/cli/examples.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { settingsSchema } from '../../src/definitions/settings-schema.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FOLDERS = ['docs', 'docs/decisions', 'examples/shop', '.'];
const PAGES = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);
const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
/** Without what stands in fences, where nothing is a link or a heading. */
const proseOf = (page: string): string => textOf(page).replaceAll(/^```[^]*?^```/gm, '');

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
function anchorsOf(page: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(
    headings.map((anchor) => {
      const before = seen.get(anchor) ?? 0;
      seen.set(anchor, before + 1);
      return before === 0 ? anchor : `${anchor}-${String(before)}`;
    }),
  );
}

const linksOf = (page: string): readonly string[] =>
  [...proseOf(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);

describe('the documents', () => {
  it.each(PAGES)('%s leads to pages and headings that there are', (page) => {
    const wrong = linksOf(page).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).has(anchor);
    });
    expect(wrong).toEqual([]);
  });

  it('are all led to from their index, which README leads to', () => {
    const led = new Set(linksOf('docs/README.md').map((link) => link.split('#')[0]));
    const pages = PAGES.filter((page) => dirname(page) === 'docs' && page !== 'docs/README.md');
    expect(pages.filter((page) => !led.has(relative('docs', page)))).toEqual([]);
    expect(linksOf('README.md')).toContain('docs/README.md');
  });

  it('have a part for every reason of a failure', () => {
    const source = textOf('src/events/failure.ts');
    const union = /export type FailureReason =([^;]*);/.exec(source)?.[1] ?? '';
    const reasons = [...union.matchAll(/\| '([a-z-]+)'/g)].map(([, reason = '']) => reason);
    expect(reasons.length).toBeGreaterThan(10);
    const parts = textOf('docs/troubleshooting.md').matchAll(/^## `(.+)`$/gm);
    expect([...parts].map(([, reason]) => reason)).toEqual(reasons);
  });

  it('have a reference of commands that is current: else run npm run commands:page', () => {
    expect(textOf('docs/commands.md')).toBe(commandsPage());
  });

  it.each([...keysPages()])(
    'have a %s that is current: else run npm run keys:page',
    (page, text) => {
      expect(textOf(join('docs', page))).toBe(text);
    },
  );
});

/** `dev settings KEY=VALUE`, wherever it is shown; not those whose names are the reader's own. */
const settingsShown = PAGES.flatMap((page) =>
  [...textOf(page).matchAll(/dev settings ((?:[a-z_.]+=[\w-]+ ?)+)/g)].flatMap(([, all = '']) =>
    all
      .trim()
      .split(' ')
      .map((one) => [page, one] as const),
  ),
);

describe('settings that the documents show', () => {
  it('are some, of each switch of what differs from Compose', () => {
    const shown = settingsShown.map(([, one]) => one);
    for (const one of ['compose.ports', 'compose.health', 'compose.container_names', 'git']) {
      expect(shown.some((text) => text.startsWith(`${one}=`))).toBe(true);
    }
  });

  it.each(settingsShown)('%s: %s is one', (_page, one) => {
    const [key = '', value = ''] = one.split('=');
    const nested = key
      .split('.')
      .reduceRight<unknown>((inner, name) => ({ [name]: inner }), parse(value));
    expect(settingsSchema.safeParse(nested).error).toBeUndefined();
  });
});

const program = buildProgram('0', () => Promise.resolve(), {
  out: () => undefined,
  err: () => undefined,
});
const commands = new Map(commandPaths(program));

/** Commands in code: `dev logs api`, in a line of a fence or between backticks. */
function shownIn(page: string): readonly string[] {
  const fences = [...textOf(page).matchAll(/^```(?:sh|bash)?\n([^]*?)^```/gm)].flatMap(
    ([, text = '']) => text.split('\n').map((line) => line.replace(/^\$ /, '')),
  );
  const inline = [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  return [...fences, ...inline].filter((text) => /^(?:\.\/)?dev [a-z]/.test(text));
}

describe('commands that the documents show', () => {
  it.each(PAGES.filter((page) => shownIn(page).length > 0))(
    'of %s are there, with their options',
    (page) => {
      for (const shown of shownIn(page)) {
        const own = (shown.split(/ -- | #|[|;&…]/)[0] ?? '').replace(/^\.\//, '').trim();
        const words = own.split(/\s+/).slice(1);
        const path = commands.has(words.slice(0, 2).join(' '))
          ? words.slice(0, 2).join(' ')
          : (words[0] ?? '');
        const command = commands.get(path);
        expect(command, shown).toBeDefined();
        const known = [...(command?.options ?? []), ...program.options].flatMap(
          ({ long, short }) => [long, short],
        );
        for (const [option] of own.matchAll(/(?<= )--?[a-z][a-z-]*/g)) {
          expect([...known, '--help'], shown).toContain(option);
        }
      }
    },
  );
});
