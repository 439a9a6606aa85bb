import { describe, expect, it } from 'vitest';
import { wholeArtifact } from '../../../src/release/artifact-files.ts';

describe('the artifact of a module that names none', () => {
  const files = ['go.mod', 'lib.go', 'words.json', 'src/x.ts'];

  it('of a library is what its users have not compiled in', () => {
    expect(wholeArtifact({ run: undefined }, files)).toEqual(['go.mod', 'words.json', 'src/x.ts']);
    expect(wholeArtifact({ run: undefined, carries: ['*.go'] }, files)).toEqual(files);
  });

  it('of a program is all of it: who lets an image have its sources says so', () => {
    expect(wholeArtifact({ run: 'go run .' }, files)).toEqual(files);
  });
});
