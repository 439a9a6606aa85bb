import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { definedServices } from '../../../../src/app/project/defined-services.ts';
import { mayEndEdit } from '../../../../src/app/up/may-end.ts';
import { mergeCompose } from '../../../../src/compose/load/merge.ts';
import { emitCompose } from '../../../../src/compose/write/emit.ts';
import { ok } from '../../../../src/util/result.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

const AT = { composeFile: '/p/.dev/compose.yaml' };
const read = (text: string) => definedServices(AT, new MemoryFiles({ [AT.composeFile]: text }));

const ODD = ['web', '"on"', '"1.5"', '"null"', 'a.b-c_d', '"0x10"', 'services', '"007"', 'No'];
const TEXT = `
services:
${ODD.map((name) => `  ${name}: { image: a, command: "one\\n  two:\\nservices:\\n  three: x" }`).join('\n')}
  long:
    image: a
    labels: { text: "  four: x\\n\\n  five:\\n" }
    configs: [{ source: inline }]
configs: { inline: { content: "a:\\n  b:\\n" } }
volumes: { data: {}, "x": {} }
`;

function emitted(text: string, comments: boolean): string {
  const merged = mergeCompose({
    layers: [{ kind: 'file', path: '/p/compose.yaml', display: 'compose.yaml', text }],
    ...{ projectDirectory: '/p', environment: {}, profiles: [], interpolate: true },
    readFile: () => ok(undefined),
  });
  if (!merged.ok) throw new Error(JSON.stringify(merged.failure));
  const options = { directory: '/p/.dev', shownRoot: '/p', comments };
  return emitCompose(merged.value, { ...options, profiles: 'resolve' });
}

it.each([true, false])('are those that YAML reads from the file (comments: %s)', (comments) => {
  const text = emitted(TEXT, comments);
  const document = parse(text) as { services: object };
  const names = read(text).map(({ name }) => name);
  expect(names).toEqual(Object.keys(document.services));
  expect(names).toHaveLength(ODD.length + 1);
});

it.each([true, false])('have as many containers as the file says (comments: %s)', (comments) => {
  const decoy = 'environment: { replicas: 7, scale: 7 }, labels: { scale: "5", replicas: "5" }';
  const text = `services:
  one: { image: a, ${decoy} }
  none: { image: a, scale: 0, ${decoy} }
  two: { ${decoy}, image: a, deploy: { labels: { x: y }, replicas: 2, resources: { limits: { pids: 9 } } } }
  last: { image: a, deploy: { mode: replicated } }
`;
  const counted = read(emitted(text, comments)).map(({ name, replicas }) => [name, replicas]);
  const wanted = { one: 1, none: 0, two: 2, last: 1 };
  expect(Object.fromEntries(counted)).toEqual(wanted);
});

it('are none before the first one, and of a damaged file', () => {
  expect(definedServices(AT, new MemoryFiles({}))).toEqual([]);
  expect(read('services:\n  "half: {}\n')).toEqual([]);
  expect(read('\0\0\0')).toEqual([]);
});

it('says which of them are done when they end, where the file says it of any', () => {
  const services =
    'services:\n  web:\n    image: a\n  job:\n    image: a\n  seed.x:\n    image: a\n';
  const ending = (text: string) => read(text).flatMap(({ name, mayEnd }) => (mayEnd ? [name] : []));
  expect(ending(services)).toEqual(['web', 'job', 'seed.x']);
  const { path, value } = mayEndEdit([
    { name: 'web', oneShot: false, mayEnd: false },
    { name: 'job', oneShot: true, mayEnd: false },
    { name: 'seed.x', oneShot: false, mayEnd: true },
  ]) as { path: readonly string[]; value: string };
  const line = `${path.join('.')}: ${value}`;
  expect(ending(`${services}\n${line} # set by the tool: bookkeeping\n`)).toEqual([
    'job',
    'seed.x',
  ]);
  expect(ending(`${services}\n${path.join('.')}: ""\n`)).toEqual([]);
});
