import { expect, it } from 'vitest';
import { engineFailure } from '../../../src/adapters/engine/failure.ts';

it('shows containers as docker ps does, and digests as they are', () => {
  const id = '0123456789ab'.padEnd(64, 'c');
  const said = `cannot kill container: ${id}: container ${id} is not running (image sha256:${id})`;
  expect(engineFailure('signal the container', new Error(said)).why).toBe(
    `cannot kill container: 0123456789ab: container 0123456789ab is not running (image sha256:${id})`,
  );
});

it('leaves out the client’s words, of an answer that came as a stream, too', () => {
  const said = '(HTTP code 501) unexpected - configured logging driver does not support reading ';
  expect(engineFailure('read the log', new Error(said)).why).toBe(
    'configured logging driver does not support reading',
  );
});
