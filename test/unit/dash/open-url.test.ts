import { expect, test } from 'vitest';
import { openUrl } from '../../../src/dash/open-url.ts';
import type { Host } from '../../../src/ports/host.ts';
import { partly } from '../../support/partly.ts';
import { ScriptedProcesses } from '../../support/scripted-processes.ts';

const URL = 'https://shop.localhost:8443/?a=1&b=2';

async function opened(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string>>,
  missing: readonly string[] = [],
): Promise<{ readonly said: string; readonly last: readonly string[] | undefined }> {
  const processes = new ScriptedProcesses(({ argv }) => ({
    status: missing.includes(argv[0] ?? '') ? 127 : 0,
  }));
  const host = partly<Host>({ platform, environment });
  const said = await openUrl(URL, { processes, host });
  return { said, last: processes.calls.at(-1)?.argv };
}

test('each system has its own program that opens an address', async () => {
  const said = `opened ${URL}`;
  expect(await opened('darwin', {})).toEqual({ said, last: ['open', URL] });
  expect(await opened('linux', {})).toEqual({ said, last: ['xdg-open', URL] });
  expect(await opened('linux', { BROWSER: 'lynx' })).toEqual({ said, last: ['lynx', URL] });
});

test('within WSL it is Windows that opens it, with or without the helper', async () => {
  const wsl = { WSL_DISTRO_NAME: 'Debian' };
  expect((await opened('linux', wsl)).last).toEqual(['wslview', URL]);
  const windows = ['rundll32.exe', 'url.dll,FileProtocolHandler', URL];
  expect((await opened('linux', wsl, ['wslview'])).last).toEqual(windows);
});

test('without any it is said', async () => {
  const { said } = await opened('linux', { BROWSER: '' }, ['xdg-open']);
  expect(said).toBe(`no browser opens here: ${URL}`);
});
