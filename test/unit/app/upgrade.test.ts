import { expect, it } from 'vitest';
import { askRegistry } from '../../../src/app/upgrade.ts';
import { ok } from '../../../src/util/result.ts';

const STDERR = [
  'npm error code ECONNREFUSED',
  'npm error errno ECONNREFUSED',
  'npm error FetchError: request to http://127.0.0.1:9/onestack-dev failed',
  ...Array.from({ length: 9 }, () => 'npm error   more'),
  'npm error A complete log of this run can be found in: /tmp/gone/debug-0.log',
].join('\n');

it('asks an unreachable registry once, and says why it did not answer', async () => {
  const environments: (Readonly<Record<string, string | undefined>> | undefined)[] = [];
  const world = {
    host: { environment: {}, toolDirectory: '/t' },
    files: { remove: () => ok(undefined) },
    processes: {
      run: (_argv: readonly string[], { env }: { env: Record<string, string> }) => {
        environments.push(env);
        return Promise.resolve({ status: 1, stdout: '', stderr: STDERR });
      },
    },
  } as unknown as Parameters<typeof askRegistry>[1];
  const asked = await askRegistry('latest', world);
  expect(environments).toMatchObject([{ npm_config_fetch_retries: '0' }]);
  expect(asked.ok ? [] : asked.failure.detail).toContain('npm error code ECONNREFUSED');
  expect(asked.ok ? '' : asked.failure.detail?.join()).not.toContain('complete log');
});
