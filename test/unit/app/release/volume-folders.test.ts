import { expect, it } from 'vitest';
import { volumeFolders } from '../../../../src/app/release/volume-folders.ts';
import { readProject } from '../../../../src/app/project/read-project.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

const PROJECT = `
name: any
modules:
  web: { image: node, run: node server.js }
  worker: { path: worker, image: python, run: python3 work.py }
`;

function foldersOf(written: Readonly<Record<string, string>>) {
  const texts = { 'dev.yaml': PROJECT, 'web/server.js': '', 'worker/work.py': '', ...written };
  const files = new MemoryFiles(
    Object.fromEntries(Object.entries(texts).map(([path, text]) => [`/p/${path}`, text])),
  );
  const host = { environment: {} } as never;
  const project = readProject('/p', { files, host });
  if (!project.ok) throw new Error(JSON.stringify(project.failure));
  const tree = Object.keys(texts).map((path) => ({ path, mode: '100644', hash: '0' }));
  const found = volumeFolders(project.value, { commit: 'c', files: tree }, files);
  return Object.fromEntries(found);
}

it('folders of volumes are those of every context that runs images, each once', () => {
  const found = foldersOf({
    'compose.yaml': `
x-app: &app { volumes: ['data:/data', 'read:/read:ro', './conf:/conf', '/anonymous/'] }
services:
  web: { <<: *app, build: ., env_file: [missing.env], image: '\${NOBODY:?sets it}' }
  db: { image: postgres, volumes: ['db:/var/lib/postgresql/data'] }
volumes: { data: , read: , db: }
`,
    // A file of development.
    'compose.override.yaml': "services: { web: { volumes: ['cache:/cache'] } }\n",
    'compose/prod.yaml': `
services:
  web: { volumes: [{ type: volume, source: up, target: /app/web/uploads }] }
  worker: { volumes: ['up:\${WHERE}/up', 'whole:/app', 'up:/srv'] }
`,
    'compose/ci.yaml': "services: { worker: { volumes: ['up:/tmp/up'] } }\n",
    'compose/dev.yaml': "services: { worker: { volumes: ['up:/in/development'] } }\n",
  });
  expect(found).toEqual({
    web: ['/anonymous', '/app/web/uploads', '/data'],
    worker: ['/srv', '/tmp/up'],
  });
});

it('what is no Compose file has none: it is told where it is run', () => {
  expect(foldersOf({})).toEqual({ web: [], worker: [] });
  expect(foldersOf({ 'compose/base.yaml': 'services: [' })).toEqual({ web: [], worker: [] });
});
