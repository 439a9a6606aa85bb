import type { Host } from '../ports/host.ts';
import type { Processes } from '../ports/processes.ts';
import type { Hello } from './wire.ts';

/** Opens a URL in the browser of the person who asks. @returns what to say about it. */
export async function openUrl(
  url: string,
  client: Hello['environment'],
  { processes, host }: { readonly processes: Processes; readonly host: Host },
): Promise<string> {
  const opener = host.platform === 'darwin' ? 'open' : (client['BROWSER'] ?? 'xdg-open');
  const env = { ...host.environment, ...client };
  const opened = await processes.run([opener, url], { env });
  return opened.status === 0 ? `opened ${url}` : `no browser opens here: ${url}`;
}
