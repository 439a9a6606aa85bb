import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const SRC = join(ROOT, 'src');
const PAGE = readFileSync(join(ROOT, 'docs/ARCHITECTURE.md'), 'utf8');

/** Folder names of a table of the page, in order. */
function tableFolders(heading: string): string[] {
  const section = PAGE.split(/^## /m).find((part) => part.startsWith(heading));
  if (section === undefined) throw new Error(`no section ${heading}`);
  return [...section.matchAll(/^\| `([\w-]+)` *\|/gm)].map((match) => match[1] ?? '');
}

function sources(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) return sources(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

const order = tableFolders('Folders of `src/`');
const topFolder = (file: string): string => relative(SRC, file).split('/')[0] ?? '';

describe('the architecture page', () => {
  it('names every folder of src, and no folder that is not there', () => {
    const folders = readdirSync(SRC).filter((name) => statSync(join(SRC, name)).isDirectory());
    expect([...order].sort()).toEqual(folders.sort());
  });

  it('names folders beside src that exist', () => {
    for (const folder of tableFolders('Folders beside')) {
      expect(existsSync(join(ROOT, folder)), folder).toBe(true);
    }
  });
});

describe('imports', () => {
  it('go one way: only to the same folder or to one further up the table', () => {
    const wrong: string[] = [];
    for (const file of sources(SRC)) {
      const from = topFolder(file);
      if (from.endsWith('.ts')) continue;
      for (const specifier of importsOf(file)) {
        if (!specifier.startsWith('.')) continue;
        const to = topFolder(resolve(dirname(file), specifier));
        if (to === from) continue;
        if (order.indexOf(to) === -1 || order.indexOf(to) > order.indexOf(from)) {
          wrong.push(`${relative(ROOT, file)} imports ${specifier}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('reach outside systems only in adapters', () => {
    const systems = /^(?:node:)?(?:fs|fs\/promises|child_process|net|http|https|dgram|tls)$/;
    const clients = /^(?:dockerode|docker-compose|chokidar|node-pty|proper-lockfile)$/;
    const wrong: string[] = [];
    for (const file of sources(SRC)) {
      if (topFolder(file) === 'adapters') continue;
      for (const specifier of importsOf(file)) {
        if (systems.test(specifier) || clients.test(specifier)) {
          wrong.push(`${relative(ROOT, file)} imports ${specifier}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
