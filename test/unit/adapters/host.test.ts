import { expect, it, vi } from 'vitest';
import { readHost } from '../../../src/adapters/host.ts';

vi.mock('node:os', async (original) => ({
  ...(await original<object>()),
  userInfo: () => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  },
  homedir: () => {
    throw new Error('uv_os_homedir returned ENOENT');
  },
}));

it('knows a person without an account by number: a container that runs as any user', () => {
  const uid = process.getuid?.() ?? 0;
  expect(readHost('/tool', '1.0.0')).toMatchObject({ uid, user: String(uid), home: '/' });
});

it('knows the name of a working folder that was removed', () => {
  const cwd = vi.spyOn(process, 'cwd').mockImplementation(() => {
    throw new Error('ENOENT: no such file or directory, uv_cwd');
  });
  vi.stubEnv('PWD', '/gone');
  expect(readHost('/tool', '1.0.0').workingDirectory).toBe('/gone');
  vi.unstubAllEnvs();
  cwd.mockRestore();
});
