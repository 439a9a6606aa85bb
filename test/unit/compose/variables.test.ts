import { describe, expect, it } from 'vitest';
import { explain, explanationText } from '../../../src/compose/write/explain.ts';
import { changeText } from '../../../src/compose/write/change-text.ts';
import { compareSnapshots, documentSnapshot } from '../../../src/compose/write/diff.ts';
import { mergeCompose } from '../../../src/compose/load/merge.ts';
import { shownPlace, type Place } from '../../../src/compose/source.ts';
import { parseDotenv } from '../../../src/compose/read/dotenv.ts';
import { ok } from '../../../src/util/result.ts';

function merged(text: string, env: string, outside: Readonly<Record<string, string>> = {}) {
  const origins = new Map<string, Place>();
  const source = { display: '.env', text: env };
  const read = parseDotenv(env, () => undefined, {
    onName: (name, start) => origins.set(name, { source, start, end: start + name.length }),
  });
  if (!read.ok) throw new Error(read.failure.what);
  for (const name of Object.keys(outside)) origins.delete(name);
  const result = mergeCompose({
    layers: [{ kind: 'file', path: '/p/compose.yaml', display: 'compose.yaml', text }],
    projectDirectory: '/p',
    environment: { ...Object.fromEntries(read.value), ...outside },
    origins,
    profiles: [],
    interpolate: true,
    readFile: () => ok(undefined),
  });
  if (!result.ok) throw new Error(result.failure.map(({ what }) => what).join());
  return result.value;
}

const TEXT =
  'services:\n  a:\n    image: node:${TAG:-1}\n    environment: {X: "${GONE}", Y: "$GONE"}\n';

describe('a variable of .env', () => {
  it('is where its value comes from; the file as it is written is told as well', () => {
    const explained = explain(merged(TEXT, '# versions\nTAG=20\n'), 'services.a.image');
    expect(explained.ok && explanationText(explained.value)).toBe(
      'services.a.image: "node:20"  # .env:2:1\n  replaced "node:${TAG:-1}"  # compose.yaml:3:12\n',
    );
  });

  it('is the cause of a change', () => {
    const before = documentSnapshot(merged(TEXT, 'TAG=20\n'));
    const after = documentSnapshot(merged(TEXT, '\nTAG=22\n'));
    expect(compareSnapshots(before, after).map(changeText)).toEqual([
      'a: image node:20→node:22 (.env:2)',
    ]);
  });

  it('that the environment sets is told at the place that uses it, as is a default', () => {
    for (const one of [merged(TEXT, 'TAG=20\n', { TAG: '18' }), merged(TEXT, '')]) {
      const explained = explain(one, 'services.a.image');
      expect(explained.ok && explanationText(explained.value)).toContain('# compose.yaml:3:12');
    }
  });

  it('that nobody sets is told once, with the first place', () => {
    const { unset } = merged(TEXT, '');
    expect([...unset].map(([name, at]) => `${name} ${shownPlace(at)}`)).toEqual([
      'GONE compose.yaml:4',
    ]);
  });

  it('and an environment file uses is told with its line there, if the file is read', () => {
    const files = new Map([
      ['/p/a.env', 'A=1\n\nB="x ${GONE}"\nC=$A-${GONE}-${D:-d}\n'],
      ['/p/off.env', 'X=$NOBODY\n'],
    ]);
    const text = `services:
  a: { image: x, env_file: [a.env, { path: none.env, required: false }] }
  b: { image: x, env_file: off.env, profiles: [off] }
`;
    const result = mergeCompose({
      layers: [{ kind: 'file', path: '/p/compose.yaml', display: 'compose.yaml', text }],
      projectDirectory: '/p',
      environment: {},
      profiles: [],
      interpolate: true,
      readFile: (path) => ok(files.get(path)),
      display: (path) => path.slice('/p/'.length),
    });
    const unset = result.ok ? [...result.value.unset] : [];
    expect(unset.map(([name, at]) => `${name} ${shownPlace(at)}`)).toEqual(['GONE a.env:3']);
  });
});
