import type { Host } from '../ports/host.ts';
import type { Processes } from '../ports/processes.ts';

/** Programs that open an address, the likeliest first: of the person, of the system, of Windows around WSL. */
function openers({
  platform,
  environment,
}: Pick<Host, 'platform' | 'environment'>): readonly (readonly string[])[] {
  if (platform === 'darwin') return [['open']];
  const browser = environment['BROWSER'] ?? '';
  const own = browser === '' ? [] : [[browser]];
  const isWsl = (environment['WSL_DISTRO_NAME'] ?? '') !== '';
  const windows = isWsl ? [['wslview'], ['rundll32.exe', 'url.dll,FileProtocolHandler']] : [];
  return [...own, ...windows, ['xdg-open']];
}

/** Opens a URL in the browser of the person who started this process. @returns what to say. */
export async function openUrl(
  url: string,
  { processes, host }: { readonly processes: Processes; readonly host: Host },
): Promise<string> {
  for (const opener of openers(host)) {
    const { status } = await processes.run([...opener, url]);
    if (status === 0) return `opened ${url}`;
  }
  return `no browser opens here: ${url}`;
}
