import { isMapping, type PlainMapping } from '../model/plain.ts';
import { shellQuoted } from '../util/shell-words.ts';
import type { DockerfileFacts } from './dockerfile-facts.ts';

type Command = readonly string[] | string | undefined;

/** Words as shell text; `sh -c TEXT` is the text. */
function shellText(command: Command): string | undefined {
  if (command === undefined || typeof command === 'string') return command;
  const [shell = '', flag, text] = command;
  if (/(?:^|\/)(?:ba)?sh$/.test(shell) && flag === '-c' && command.length === 3) return text;
  return command.length === 0 ? undefined : command.map(shellQuoted).join(' ');
}

function asCommand(value: unknown): Command {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(String) : undefined;
}

/** What a container runs, as shell text: Compose's words over the Dockerfile's. */
export function commandOfService(
  service: PlainMapping,
  image: Pick<DockerfileFacts, 'entrypoint' | 'command'> | undefined,
): string | undefined {
  const entrypoint = asCommand(service['entrypoint']);
  const command = asCommand(service['command']);
  const parts =
    entrypoint !== undefined
      ? [entrypoint, command]
      : [image?.entrypoint, command ?? image?.command];
  const text = parts.flatMap((part) => shellText(part) ?? []).join(' ');
  return text === '' ? undefined : text;
}

/** Names of the variables that Compose gives a service. */
export function environmentNames({ environment }: PlainMapping): ReadonlySet<string> {
  const names = Array.isArray(environment)
    ? environment.map((entry) => String(entry).split('=')[0] ?? '')
    : Object.keys(isMapping(environment) ? environment : {});
  return new Set(names);
}
