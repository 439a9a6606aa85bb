import { expect, it } from 'vitest';
import { profileEdits } from '../../../src/generate/profile-edits.ts';

function edited(options: readonly string[], folders: readonly [string, ...string[]]) {
  const there = ['/p/strict.json', '/p/.devcontainer/own.json'];
  const document = { services: { api: { security_opt: options }, db: {} } };
  return profileEdits(document, folders, (path) => there.includes(path)).map((edit) => [
    edit.path.at(-1),
    edit.kind === 'set' ? edit.value : edit.kind,
  ]);
}

it('gives security profiles that are files their whole path, and leaves other options alone', () => {
  const options = ['no-new-privileges:true', 'seccomp=strict.json', 'seccomp:./own.json'];
  expect(edited(options, ['/p/.devcontainer', '/p'])).toEqual([
    ['1', 'seccomp=/p/strict.json'],
    ['2', 'seccomp=/p/.devcontainer/own.json'],
  ]);
  expect(edited(['seccomp=gone.json'], ['/p'])).toEqual([['0', 'seccomp=/p/gone.json']]);
  const others = ['seccomp=unconfined', 'seccomp:builtin', 'seccomp=/etc/p.json', 'label:disable'];
  expect(edited(others, ['/p'])).toEqual([]);
});
