import { describe, expect, it } from 'vitest';
import { loadHierarchy, toolsImage } from '../../../src/images/hierarchy.ts';
import type { Hierarchy } from '../../../src/images/hierarchy.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const OS = 'FROM debian:trixie-slim AS system\nRUN x\nFROM scratch\nCOPY --from=system / /\n';
const TOOL = {
  '/tool/base-images/os/Dockerfile': OS,
  '/tool/base-images/os/setup': 'echo',
  '/tool/base-images/node/Dockerfile': 'FROM onestack/os\nRUN node\n',
};

function files(more: Readonly<Record<string, string>> = {}): MemoryFiles {
  return new MemoryFiles({ ...TOOL, '/p/dev.yaml': '', ...more });
}

function load(memory: MemoryFiles, versions: readonly string[] = []) {
  return loadHierarchy({ files: memory, projectRoot: '/p', toolDirectory: '/tool', versions });
}

function loaded(memory: MemoryFiles, versions: readonly string[] = []): Hierarchy {
  const hierarchy = load(memory, versions);
  if (!hierarchy.ok) throw new Error(JSON.stringify(hierarchy.failure));
  return hierarchy.value;
}

function failuresOf(memory: MemoryFiles) {
  const hierarchy = load(memory);
  if (hierarchy.ok) throw new Error('loaded');
  return hierarchy.failure;
}

/** Names of the images whose fingerprints differ. */
function changed(before: Hierarchy, after: Hierarchy): readonly string[] {
  return [...after.values()]
    .filter(({ name, reference }) => before.get(name)?.reference !== reference)
    .map(({ name }) => name);
}

describe('loadHierarchy', () => {
  it('has parents before children, and knows what each is made of', () => {
    expect(
      [...loaded(files()).values()].map(({ name, parent, uses, externals, origin }) => ({
        name,
        parent,
        uses,
        externals,
        origin,
      })),
    ).toEqual([
      {
        name: 'os',
        parent: undefined,
        uses: [],
        externals: ['debian:trixie-slim'],
        origin: 'tool',
      },
      { name: 'node', parent: 'os', uses: ['os'], externals: [], origin: 'tool' },
    ]);
  });

  it("adds the project's images, and takes them in place of the tool's", () => {
    const hierarchy = loaded(
      files({
        '/p/base-images/node/Dockerfile': 'FROM onestack/os\nRUN other\n',
        '/p/base-images/api/Dockerfile': 'FROM onestack/node\nCOPY --from=onestack/os /a /a\n',
      }),
    );
    expect(hierarchy.get('node')).toMatchObject({
      origin: 'project',
      directory: '/p/base-images/node',
    });
    expect(hierarchy.get('api')).toMatchObject({ parent: 'node', uses: ['node', 'os'] });
  });

  it('finds a parent through stages', () => {
    const text = 'FROM onestack/node AS build\nRUN x\nFROM onestack/os AS base\nFROM base\n';
    const hierarchy = loaded(files({ '/p/base-images/api/Dockerfile': text }));
    expect(hierarchy.get('api')).toMatchObject({ parent: 'os', uses: ['node', 'os'] });
  });

  it("has the tools container's image, and a project's own that is built on it", () => {
    const tool = { '/tool/tools-container/Dockerfile': 'FROM onestack/os\n' };
    const scripts = { '/p/tools-container/scripts/a': '' };
    expect(toolsImage(loaded(files({ ...tool, ...scripts })))?.name).toBe('tools');
    const own = { '/p/tools-container/Dockerfile': 'FROM onestack/tools\n' };
    expect(toolsImage(loaded(files({ ...tool, ...own })))).toMatchObject({
      name: 'project-tools',
      parent: 'tools',
      directory: '/p/tools-container',
    });
  });

  it('alone is the same, with what it is built on and nothing else', () => {
    const sound = {
      '/tool/tools-container/Dockerfile': 'FROM onestack/os\n',
      '/p/tools-container/Dockerfile': 'FROM onestack/tools\n',
    };
    const broken = { '/p/base-images/broken/Dockerfile': 'FROM onestack/nobody\n' };
    const request = { projectRoot: '/p', toolDirectory: '/tool', only: 'tools' } as const;
    const alone = loadHierarchy({ ...request, files: files({ ...sound, ...broken }) });
    if (!alone.ok) throw new Error(JSON.stringify(alone.failure));
    expect([...alone.value.keys()]).toEqual(['os', 'tools', 'project-tools']);
    expect(toolsImage(alone.value)).toEqual(toolsImage(loaded(files(sound))));
  });
});

describe('fingerprints', () => {
  const api = { '/p/base-images/api/Dockerfile': 'FROM onestack/node\n' };

  it('are the same for the same files, wherever they lie', () => {
    const moved = new MemoryFiles(
      Object.fromEntries(
        Object.entries(TOOL).map(([path, text]) => [path.replace('/tool', '/elsewhere'), text]),
      ),
    );
    const there = loadHierarchy({ files: moved, projectRoot: '/q', toolDirectory: '/elsewhere' });
    expect(there.ok && changed(loaded(files()), there.value)).toEqual([]);
  });

  it('change with the Dockerfile, and pass on to everything built from it', () => {
    const before = loaded(files(api));
    const dockerfile = { '/tool/base-images/node/Dockerfile': 'FROM onestack/os\nRUN new\n' };
    expect(changed(before, loaded(files({ ...api, ...dockerfile })))).toEqual(['node', 'api']);
  });

  it('change with contents, names and the right to execute of files in the context', () => {
    const before = loaded(files());
    const other = files({ '/tool/base-images/os/setup': 'other' });
    expect(changed(before, loaded(other))).toEqual(['os', 'node']);
    const added = files({ '/tool/base-images/os/more': '' });
    expect(changed(before, loaded(added))).toEqual(['os', 'node']);
    const executable = files();
    executable.put('/tool/base-images/os/setup', 'echo', 0o755);
    expect(changed(before, loaded(executable))).toEqual(['os', 'node']);
  });

  it('do not change with the umask, nor with what .dockerignore leaves out', () => {
    const ignore = { '/tool/base-images/os/.dockerignore': 'notes\n' };
    const before = loaded(files(ignore));
    const after = files({ ...ignore, '/tool/base-images/os/notes/a': 'x' });
    after.put('/tool/base-images/os/setup', 'echo', 0o664);
    expect(changed(before, loaded(after))).toEqual([]);
  });

  it('follow where a symlink within the context leads', () => {
    const linked = (target: string): Hierarchy => {
      const memory = files({ '/tool/base-images/os/other': '' });
      memory.link('/tool/base-images/os/link', target);
      return loaded(memory);
    };
    expect(changed(linked('setup'), linked('other'))).toEqual(['os', 'node']);
  });
});

describe('wrong hierarchies', () => {
  it('a parent that does not exist: where it stands, and which may be meant', () => {
    expect(
      failuresOf(files({ '/p/base-images/api/Dockerfile': '# api\nFROM onestack/nod\n' })),
    ).toEqual([
      {
        reason: 'definition',
        what: 'Base image api is built from onestack/nod, which does not exist',
        cure: 'Did you mean onestack/node?',
        at: {
          file: 'base-images/api/Dockerfile',
          line: 2,
          column: 6,
          text: 'FROM onestack/nod',
          length: 12,
        },
      },
    ]);
  });

  it('a cycle: the images in it, and a place', () => {
    const [failure] = failuresOf(
      files({
        '/p/base-images/a/Dockerfile': 'FROM onestack/b\n',
        '/p/base-images/b/Dockerfile': 'FROM onestack/os\nCOPY --from=onestack/a / /\n',
      }),
    );
    expect(failure).toMatchObject({
      what: 'Base images are built from one another: a → b → a',
      at: { file: 'base-images/a/Dockerfile', line: 1 },
    });
  });

  it('an image built from itself', () => {
    const [failure] = failuresOf(files({ '/p/base-images/a/Dockerfile': 'FROM onestack/a\n' }));
    expect(failure?.what).toBe('Base images are built from one another: a → a');
  });

  it.each([
    ['without FROM', 'RUN x\n', 'base-images/a/Dockerfile has no FROM'],
    ['with an ARG without a value', 'ARG X\nFROM $X\n', '$X has no value'],
  ])('a Dockerfile %s', (_, text, what) => {
    expect(failuresOf(files({ '/p/base-images/a/Dockerfile': text }))[0]?.what).toBe(what);
  });

  it('a folder without a Dockerfile, and a name that is none', () => {
    const memory = files({ '/p/base-images/a/x': '', '/p/base-images/B/Dockerfile': 'FROM a\n' });
    expect(failuresOf(memory).map(({ what }) => what)).toEqual([
      'base-images/B is no name for an image',
      'There is no base-images/a/Dockerfile',
    ]);
  });

  it('a symlink that leads out of the project; one in a context is sent as it is', () => {
    const memory = files({
      '/etc/secret': 'x',
      '/p/base-images/a/Dockerfile': 'FROM onestack/os\n',
    });
    memory.link('/p/base-images/a/config', '/etc/secret');
    memory.fault('/etc/secret', 'read', 'EACCES');
    memory.link('/p/base-images/b', '/etc');
    memory.put('/etc/Dockerfile', 'FROM scratch');
    expect(failuresOf(memory).map(({ what }) => what)).toEqual([
      'A symlink leads out of the project: base-images/b/Dockerfile',
    ]);
  });

  it('all of them at once', () => {
    const memory = files({
      '/p/base-images/a/Dockerfile': 'FROM onestack/x\n',
      '/p/base-images/b/Dockerfile': 'FROM onestack/y\n',
    });
    expect(failuresOf(memory)).toHaveLength(2);
  });
});

describe('versions of a language', () => {
  it('are the same Dockerfiles on another root, beside those without one', () => {
    const plain = loaded(files());
    const both = loaded(files(), ['node', 'node@24']);
    expect([...both.keys()]).toEqual(['os', 'node', 'os@node-24', 'node@24']);
    expect(changed(plain, both)).toEqual(['os@node-24', 'node@24']);
    const root = both.get('os@node-24');
    expect(root).toMatchObject({ externals: ['node:24-slim'], uses: [], parent: undefined });
    const lines = root?.dockerfile.split('\n') ?? [];
    expect([lines[0], ...lines.slice(2)]).toEqual(
      OS.replace('debian:trixie-slim', 'node:24-slim').split('\n'),
    );
    expect(lines[1]).toMatch(/^RUN --mount=type=secret,id=ca-bundle\S* set -e; .*nodejs/);
    const image = both.get('node@24');
    expect(image).toMatchObject({ uses: ['os@node-24'], parent: 'os@node-24', externals: [] });
    expect(image?.dockerfile).toBe('FROM onestack/os@node-24\nRUN node\n');
    expect(image?.reference).toMatch(/^onestack\/node-24:[0-9a-f]{12}$/);
    // Another version is another image; whatever changes the root changes both.
    expect(loaded(files(), ['node@22']).get('node@22')?.reference).not.toBe(image?.reference);
    const edited = files({ '/tool/base-images/os/setup': 'echo 2' });
    expect(changed(both, loaded(edited, ['node@24']))).toHaveLength(4);
  });

  it('come from packages of the distribution where it has them', () => {
    const memory = files({ '/tool/base-images/java/Dockerfile': 'FROM onestack/os\n' });
    const made = loaded(memory, ['java@25', 'java@17']);
    expect(made.get('os@java-25')?.externals).toEqual(['debian:trixie-slim']);
    expect(made.get('os@java-25')?.dockerfile).toContain('install openjdk-25-jdk-headless');
    expect(made.get('os@java-17')?.externals).toEqual(['eclipse-temurin:17-jdk']);
  });

  it('are what a project’s own image begins with', () => {
    const own = { '/p/base-images/imaging/Dockerfile': 'FROM onestack/node@24\n' };
    const made = loaded(files(own));
    expect([...made.keys()]).toEqual(['os@node-24', 'node@24', 'imaging', 'os', 'node']);
    expect(made.get('imaging')).toMatchObject({ parent: 'node@24', uses: ['node@24'] });
  });

  it('are of the project’s own root', () => {
    const memory = files({ '/p/base-images/os/Dockerfile': 'FROM shop/root:1\n' });
    expect(loaded(memory, ['node@24']).get('os@node-24')?.externals).toEqual(['node:24-slim']);
    const two = files({ '/p/base-images/os/Dockerfile': 'FROM a\nFROM b\nCOPY --from=0 / /\n' });
    const refused = load(two, ['node@24']);
    expect(refused).toMatchObject({ failure: [{ what: 'node-24 cannot be made' }] });
  });

  it('are of languages that have them', () => {
    const memory = files({ '/p/base-images/a/Dockerfile': 'FROM onestack/os@3\n' });
    expect(failuresOf(memory)).toMatchObject([{ what: 'there is no base image os@3' }]);
  });
});
