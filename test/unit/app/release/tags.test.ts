import { expect, it } from 'vitest';
import { setTags } from '../../../../src/app/release/tags.ts';
import type { Failure } from '../../../../src/events/failure.ts';
import type { Registry } from '../../../../src/ports/registry.ts';
import { fail, ok } from '../../../../src/util/result.ts';
import { partly } from '../../../support/partly.ts';

const wanted = [{ path: 'shop/api', manifest: { mediaType: '', digest: 'sha256:0', text: '' } }];
function refusing(tag: string, why: string) {
  const put: string[] = [];
  const failure: Failure = { reason: 'host', what: `cannot write ${tag}`, why };
  const client = partly<Registry>({
    put: (_path, name) => {
      if (name === tag) return Promise.resolve(fail(failure));
      put.push(name);
      return Promise.resolve(ok(undefined));
    },
  });
  return { put, set: (isLatest = true) => setTags(client, wanted, { tag: '1.0.0', isLatest }) };
}
const ECR =
  "host answered 400: The image tag 'latest' already exists in the 'shop/api' repository and cannot be overwritten because the tag is immutable.";

it('a registry whose tags stand for good has the release all the same, and that is said', async () => {
  const { put, set } = refusing('latest', ECR);
  expect(await set()).toEqual(ok(`latest stays what it is: ${ECR}`));
  expect(put).toEqual(['1.0.0']);
});

it('whatever else is refused is a failure, and so is a version', async () => {
  expect((await refusing('latest', 'host answered 403').set()).ok).toBe(false);
  expect((await refusing('1.0.0', ECR).set()).ok).toBe(false);
});

it('latest is left alone where it is not to follow', async () => {
  const { put, set } = refusing('latest', 'no');
  expect(await set(false)).toEqual(ok(undefined));
  expect(put).toEqual(['1.0.0']);
});
