import { expect, it } from 'vitest';
import { besideThese, unsetVariables } from '../../../src/release/unset-variables.ts';

it('are those that a failing check names, and services are given', () => {
  const texts = [
    "services:\n  web:\n    environment:\n      - DATABASE_HOST=db\n      - 'TOKEN=x'\n      MODE: dev\n",
    '# KEY is secret\nSECRET_KEY=insecure\n',
    'services: { api: { environment: { PORT: 1, "HOST": a } } }\n',
  ];
  const unset = (line: string, set: readonly string[] = []) =>
    unsetVariables([line], texts, new Set(set));
  expect(unset("KeyError: 'SECRET_KEY'")).toEqual(['SECRET_KEY']);
  expect(unset('TypeError: DATABASE_HOST, MODE, TOKEN, HOST and PORT')).toEqual([
    ...['DATABASE_HOST', 'MODE', 'TOKEN', 'HOST', 'PORT'],
  ]);
  expect(unset("KeyError: 'SECRET_KEY'", ['SECRET_KEY'])).toEqual([]);
  expect(unset('KEY, HTTP and XMODE: AssertionError')).toEqual([]);
});

it('with them go the others of their file: a service has all of it', () => {
  const texts = [
    'SECRET_KEY=insecure\n# OLD=1\nexport DATABASE=/data/db\nMODE=dev\n',
    'services:\n  web:\n    environment:\n      - SECRET_KEY=x\n      - PORT=1\n',
    'OTHER=1\n',
  ];
  expect(besideThese(['SECRET_KEY'], texts, new Set(['MODE']))).toEqual(['DATABASE']);
});
