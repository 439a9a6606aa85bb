import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settleDependencies } from '../../../../src/app/up/settle-dependencies.ts';
import type { Failure } from '../../../../src/events/failure.ts';
import type { OpenProject } from '../../../../src/model/open-project.ts';
import type { ModuleSettings, Settings } from '../../../../src/model/settings.ts';
import type { Output, Terminal } from '../../../../src/ports/terminal.ts';
import { fail, ok, type Result } from '../../../../src/util/result.ts';
import { project } from '../../../support/definition-text.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { partly } from '../../../support/partly.ts';
import { MADE_UP } from '../../../support/places.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const MINE = '/p/api/node_modules/mine/index.js';
const TEXT = 'name: shop\nmodules:\n  api: { image: node }\n  common: { image: node }\n';
const FILES = {
  '/p/dev.yaml': TEXT,
  '/p/api/package.json': '{}',
  '/p/api/package-lock.json': '{}',
  '/p/common/package.json': '{}',
};

interface Sitting {
  /** What the person answers; undefined: nobody can be asked. */
  readonly answer?: Result<boolean, Failure>;
  readonly dependencies?: Settings['dependencies'];
  readonly context?: OpenProject['context'];
  readonly off?: readonly string[];
}

/** One `dev up` in a clone where the person has installed something herself. */
async function settle(files: MemoryFiles, sitting: Sitting = {}) {
  const { answer, dependencies = 'shared', context = 'dev', off = [] } = sitting;
  const questions: { readonly question: string; readonly byDefault: boolean }[] = [];
  const notes: string[] = [];
  let shown = '';
  const opened = partly<OpenProject>({
    project: project(TEXT, { files }),
    settings: partly<Settings>({
      dependencies,
      modules: new Map(off.map((name) => [name, partly<ModuleSettings>({ run: false })])),
      services: new Map(),
    }),
    context,
    places: { ...MADE_UP, root: '/p', dev: '/p/.dev' },
  });
  // As every `dev up` makes it before.
  files.makeDirectory(dirname(MADE_UP.told));
  const terminal = partly<Terminal>({
    interactive: answer !== undefined,
    stderr: partly<Output>({ write: (text) => void (shown += text) }),
    prompts: {
      confirm: (question, byDefault) => {
        questions.push({ question, byDefault });
        return answer === undefined
          ? Promise.reject(new Error('nobody to ask'))
          : Promise.resolve(answer);
      },
      select: () => Promise.reject(new Error('nothing to choose')),
      search: () => Promise.reject(new Error('nothing to search')),
      text: () => Promise.reject(new Error('nothing to write')),
    },
  });
  const world = { files, clock: new VirtualClock(), terminal };
  const settled = await settleDependencies(opened, world, (event) => {
    if (event.kind === 'note') notes.push(event.text);
  });
  return { settled, questions, notes, shown };
}

const cloneWithMine = () => new MemoryFiles({ ...FILES, [MINE]: 'precious' });

describe('what the person has installed herself', () => {
  it('is asked about, and stays where it is on a no, which is the default; once', async () => {
    const files = cloneWithMine();
    const first = await settle(files, { answer: ok(false) });
    expect(first.shown).toContain('api/node_modules is from an install of your own');
    expect(first.questions).toEqual([{ question: 'Put it aside?', byDefault: false }]);
    expect(first.notes.join()).toContain(
      'api/node_modules is from an install of your own and stays',
    );
    expect(files.text(MINE)).toBe('precious');
    const again = await settle(files, { answer: ok(true) });
    expect([again.questions, again.notes, again.shown]).toEqual([[], [], '']);
    expect(files.text(MINE)).toBe('precious');
  });

  it('is put aside whole on a yes, and it is said where', async () => {
    const files = cloneWithMine();
    const { settled, notes } = await settle(files, { answer: ok(true) });
    expect(settled).toEqual(ok(true));
    const [kept = '', ...more] = files.paths().filter((path) => path.endsWith('/mine/index.js'));
    expect(more).toEqual([]);
    expect(kept).toMatch(/^\/p\/\.dev\/kept\//);
    expect(files.text(kept)).toBe('precious');
    expect(notes).toEqual([expect.stringMatching(/^api\/node_modules is kept as \.dev\/kept\//)]);
  });

  it('is told and stays where nobody can be asked, whatever was agreed to otherwise', async () => {
    const files = cloneWithMine();
    const { questions, notes } = await settle(files);
    expect(questions).toEqual([]);
    expect(notes).toEqual([expect.stringContaining('move it away, then: dev up')]);
    expect(files.text(MINE)).toBe('precious');
    // Once; and as soon as somebody can be asked, that is done.
    expect((await settle(files)).notes).toEqual([]);
    const asked = await settle(files, { answer: ok(false) });
    expect(asked.questions).toHaveLength(1);
    expect((await settle(files, { answer: ok(true) })).questions).toEqual([]);
    expect((await settle(files)).notes).toEqual([]);
    expect(files.text(MINE)).toBe('precious');
  });

  it('is one question where it is several folders', async () => {
    const other = { '/p/common/node_modules/mine.js': 'too', '/p/common/package-lock.json': '{}' };
    const files = new MemoryFiles({ ...FILES, ...other, [MINE]: 'precious' });
    const { questions, notes } = await settle(files, { answer: ok(false) });
    expect(questions).toEqual([{ question: 'Put them aside?', byDefault: false }]);
    expect(notes).toEqual([
      expect.stringContaining('common/node_modules are from an install of your own and stay;'),
    ]);
  });

  it('stays when the question is interrupted, which ends the command', async () => {
    const files = cloneWithMine();
    const interrupted = fail<Failure>({ reason: 'interrupted', what: 'interrupted' });
    const { settled } = await settle(files, { answer: interrupted });
    expect(settled).toEqual(interrupted);
    expect(files.text(MINE)).toBe('precious');
    expect((await settle(files, { answer: ok(false) })).questions).toHaveLength(1);
  });

  it.each<[string, Sitting]>([
    ['keep dependencies to themselves', { dependencies: 'container' }],
    ['are those of production', { context: 'prod' }],
    ['leave that module out', { off: ['api'] }],
  ])('is no question where containers %s', async (_what, sitting) => {
    const { questions, notes } = await settle(cloneWithMine(), { ...sitting, answer: ok(true) });
    expect([questions, notes]).toEqual([[], []]);
  });

  it('is no question where the folder is empty, or filled by the tool', async () => {
    const filled = { '/p/api/node_modules/.onestack.json': '{"key":"a","contents":"b"}' };
    for (const files of [new MemoryFiles(FILES), new MemoryFiles({ ...FILES, ...filled })]) {
      expect((await settle(files, { answer: ok(true) })).questions).toEqual([]);
    }
  });
});
