import type { Host } from '../ports/host.ts';
import type { Processes } from '../ports/processes.ts';

/** Opens a URL in the browser of the person who started this process. @returns what to say. */
export async function openUrl(
  url: string,
  { processes, host }: { readonly processes: Processes; readonly host: Host },
): Promise<string> {
  const opener = host.platform === 'darwin' ? 'open' : (host.environment['BROWSER'] ?? 'xdg-open');
  const opened = await processes.run([opener, url]);
  return opened.status === 0 ? `opened ${url}` : `no browser opens here: ${url}`;
}
