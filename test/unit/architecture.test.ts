import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMAT_NAMES } from '../../src/checks/diagnostics/read-output.ts';
import { CHECK_KINDS } from '../../src/model/checks.ts';
import { PANES } from '../../src/model/window.ts';
import { circles } from '../../src/util/graph.ts';

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

/** Folder → folders that it may import from, as the page says. */
function meantImports(): Map<string, readonly string[]> {
  const section = PAGE.split(/^## /m).find((part) => part.startsWith('Folders of `src/`')) ?? '';
  const rows = [...section.matchAll(/^\| `([\w-]+)` *\|[^|]*\|([^|]*)\|/gm)];
  return new Map(
    rows.map(([, folder = '', cell = '']) => [
      folder,
      [...cell.matchAll(/`([\w-]+)`/g)].map((match) => match[1] ?? ''),
    ]),
  );
}

const meant = meantImports();
const topFolder = (file: string): string => relative(SRC, file).split('/')[0] ?? '';

describe('the architecture page', () => {
  it('names every folder of src, and no folder that is not there', () => {
    const folders = readdirSync(SRC).filter((name) => statSync(join(SRC, name)).isDirectory());
    expect([...meant.keys()].sort()).toEqual(folders.sort());
  });

  it('names folders beside src that exist', () => {
    for (const folder of tableFolders('Folders beside')) {
      expect(existsSync(join(ROOT, folder)), folder).toBe(true);
    }
  });
});

describe('imports', () => {
  it('are those that the page names, no more and no fewer', () => {
    const wrong: string[] = [];
    const used = new Map<string, Set<string>>([...meant.keys()].map((name) => [name, new Set()]));
    for (const file of sources(SRC)) {
      const from = topFolder(file);
      if (from.endsWith('.ts')) continue;
      for (const specifier of importsOf(file)) {
        if (!specifier.startsWith('.')) continue;
        const to = topFolder(resolve(dirname(file), specifier));
        if (to === from) continue;
        used.get(from)?.add(to);
        if (meant.get(from)?.includes(to) !== true)
          wrong.push(`${relative(ROOT, file)} imports ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
    const unused = [...meant].flatMap(([from, folders]) =>
      folders.filter((to) => used.get(from)?.has(to) !== true).map((to) => `${from} → ${to}`),
    );
    expect(unused).toEqual([]);
  });

  it('go one way', () => {
    const visiting: string[] = [];
    const done = new Set<string>();
    const visit = (folder: string): void => {
      if (visiting.includes(folder)) throw new Error([...visiting, folder].join(' → '));
      if (done.has(folder)) return;
      visiting.push(folder);
      for (const next of meant.get(folder) ?? []) visit(next);
      visiting.pop();
      done.add(folder);
    };
    for (const folder of meant.keys()) visit(folder);
  });

  it('go one way between the rooms of compose', () => {
    const rooms = ['.', 'read', 'merge', 'check', 'load', 'write'];
    const room = (file: string): string => {
      const parts = relative(join(SRC, 'compose'), file).split('/');
      return parts.length > 1 ? (parts[0] ?? '.') : '.';
    };
    const wrong = sources(join(SRC, 'compose')).flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => resolve(dirname(file), specifier))
        .filter((target) => topFolder(target) === 'compose')
        .filter((target) => rooms.indexOf(room(target)) > rooms.indexOf(room(file)))
        .map((target) => `${relative(SRC, file)} imports ${relative(SRC, target)}`),
    );
    expect(wrong).toEqual([]);
  });

  it('make no circle of files', () => {
    const imports = new Map(
      sources(SRC).map((file) => [
        file,
        importsOf(file)
          .filter((specifier) => specifier.startsWith('.'))
          .map((specifier) => resolve(dirname(file), specifier)),
      ]),
    );
    const found = circles(imports.keys(), (file) => imports.get(file) ?? []);
    expect(found.map((way) => way.map((file) => relative(SRC, file)))).toEqual([]);
  });

  it('leave no path in the page that is not there', () => {
    const named = [...PAGE.matchAll(/`((?:[\w-]+\/)+[a-z][\w-]*\.ts)`/g)].map(
      (match) => match[1] ?? '',
    );
    expect(
      named.filter((path) => ![SRC, ROOT].some((base) => existsSync(join(base, path)))),
    ).toEqual([]);
  });

  it('know the names of Compose’s labels in one file', () => {
    const knowing = sources(SRC).filter((file) =>
      readFileSync(file, 'utf8').includes('com.docker.compose'),
    );
    expect(knowing.map((file) => relative(SRC, file))).toEqual(['ports/compose-labels.ts']);
  });

  it('lead to names that mean one thing each', () => {
    const declared = /^export (?:async |abstract )?(?:const|function|class|interface|type) (\w+)/gm;
    const places = new Map<string, string[]>();
    for (const file of sources(SRC)) {
      const names = [...readFileSync(file, 'utf8').matchAll(declared)].map(([, name = '']) => name);
      // The signatures of a function that has several.
      for (const name of new Set(names)) {
        places.set(name, [...(places.get(name) ?? []), relative(SRC, file)]);
      }
    }
    // One stands in for the other in a bundle.
    places.delete('COMMANDS');
    expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
  });

  it('plan services and their tasks, whatever runs them', () => {
    const knowing = sources(join(SRC, 'plan')).filter((file) =>
      /\bContainer(?:Summary|Detail)\b|COMPOSE_LABELS/.test(readFileSync(file, 'utf8')),
    );
    expect(knowing.map((file) => relative(SRC, file))).toEqual([]);
  });

  it('make the command lines of the docker program in one file', () => {
    const home = join(SRC, 'ports/docker-command.ts');
    const made = sources(SRC).filter((file) =>
      /(?:\[|spawn\(|execFile\()\s*'docker',/.test(readFileSync(file, 'utf8')),
    );
    expect(made).toEqual([home]);
  });

  it('reach outside systems only in adapters', () => {
    const systems = new RegExp(
      '^(?:node:)?(?:fs|child_process|net|http|https|http2|dgram|dns|tls|os|tty|readline|timers|' +
        'process|perf_hooks|worker_threads|cluster|vm|module)(?:/promises)?$',
    );
    const clients = /^(?:dockerode|docker-compose|node-pty|proper-lockfile)$/;
    const wrong: string[] = [];
    for (const file of sources(SRC)) {
      // The composition roots.
      if (['adapters', 'main.ts', 'start.ts'].includes(topFolder(file))) continue;
      for (const specifier of importsOf(file)) {
        if (systems.test(specifier) || clients.test(specifier)) {
          wrong.push(`${relative(ROOT, file)} imports ${specifier}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('write to the terminal in one place, which lets only text and its colours through', () => {
    // Beside it (the first and last, a version and the wait for the rest): the dashboard's frames, a program's own terminal, and a frame of progress, help and
    // a crash, which go through the same hand.
    const own = [
      'adapters/end-process.ts',
      'adapters/progress-display.ts',
      'adapters/raw-terminal.ts',
      'adapters/terminal.ts',
      'adapters/tools-agent/main.ts',
      'adapters/tools-client.ts',
      'main.ts',
      'start.ts',
    ];
    const writing = sources(SRC).filter((file) =>
      /\bprocess\.(?:stdout|stderr)\b/.test(readFileSync(file, 'utf8')),
    );
    expect(writing.map((file) => relative(SRC, file)).sort()).toEqual(own);
    for (const file of ['adapters/progress-display.ts', 'cli/program.ts', 'main.ts']) {
      expect(readFileSync(join(SRC, file), 'utf8')).toContain('terminalText(');
    }
  });
});

describe('the page’s table of where a new thing goes', () => {
  const section = PAGE.split(/^## /m).find((part) => part.startsWith('Where does a new')) ?? '';
  const rows = new Map(
    [...section.matchAll(/^\| (an? [^|]*?) *\|([^|]*)\|/gm)].map(([, thing = '', cell = '']) => [
      thing,
      [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
    ]),
  );

  it('names files and folders that are there', () => {
    expect(rows.size).toBeGreaterThan(5);
    for (const path of [...rows.values()].flat()) {
      const fixed = path.replace(/[A-Z]+.*$/, '');
      expect(existsSync(join(ROOT, fixed)), path).toBe(true);
    }
  });

  /** Files in which each of the names stands as a text or as a key: whoever adds one edits them. */
  function listsOf(names: readonly string[]): readonly string[] {
    return sources(SRC)
      .filter((file) => topFolder(file) !== 'init')
      .filter((file) => {
        const code = readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
        return names.every((name) => new RegExp(`'${name}'|\\b${name}:`).test(code));
      })
      .map((file) => relative(ROOT, file))
      .sort();
  }

  it.each([
    ['a type of check', CHECK_KINDS],
    ['a kind of pane', Object.keys(PANES)],
    ['a format of diagnostics', FORMAT_NAMES],
  ])('says of %s all files that list them', (thing, names) => {
    expect(rows.get(thing)).toEqual(expect.arrayContaining([...listsOf(names)]));
    expect(listsOf(names).length).toBeLessThanOrEqual(2);
  });
});

describe('contexts', () => {
  it('differ by their policy: nobody else asks which one it is', () => {
    // `dev parity` is told by name what development is compared with.
    const allowed = ['cli/parity.ts'];
    const asking = sources(SRC)
      .filter((file) => /[!=]== '(?:dev|ci|prod)'/.test(readFileSync(file, 'utf8')))
      .map((file) => relative(SRC, file));
    expect(asking).toEqual(allowed);
  });
});
