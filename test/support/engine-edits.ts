/** What people do to the engine behind the tool's back. */
import type { Stack } from './again-rounds.ts';
import type { Random } from './random.ts';

interface EngineEdit {
  readonly name: string;
  readonly edit: (stack: Stack, random: Random) => Promise<void>;
}

async function namesOf(
  { edited, name }: Stack,
  kind: 'container' | 'network' | 'volume',
): Promise<readonly string[]> {
  const all = kind === 'container' ? ['--all'] : [];
  const format = kind === 'container' ? '{{.Names}}' : '{{.Name}}';
  const label = `label=com.docker.compose.project=${name}`;
  const argv = [kind, 'ls', ...all, '--filter', label, '--format', format];
  return (await edited.docker(...argv)).stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

async function withoutMembers({ edited }: Stack, network: string): Promise<void> {
  const format = '{{range .Containers}}{{.Name}} {{end}}';
  const listed = await edited.docker('network', 'inspect', '--format', format, network);
  for (const member of listed.stdout.split(/\s+/).filter((one) => one !== '')) {
    await edited.docker('network', 'disconnect', '--force', network, member);
  }
  await edited.docker('network', 'rm', network);
}

/** A container of the stack: `docker WORDS name`. */
const toContainer = (...words: readonly string[]): EngineEdit => ({
  name: `docker ${words.join(' ')}`,
  edit: async (stack, random) => {
    const names = await namesOf(stack, 'container');
    if (names.length > 0) await stack.edited.docker(...words, random.pick(names));
  },
});

export const outsideNetwork = (stack: Stack): string => `${stack.name}-outside`;
export const outerVolume = (stack: Stack): string => `${stack.name}-outer`;

/** What the stack expects to be there. */
export async function makeOutside(stack: Stack): Promise<void> {
  await stack.edited.docker('network', 'create', outsideNetwork(stack));
  await stack.edited.docker('volume', 'create', outerVolume(stack));
}

export async function removeOutside(stack: Stack): Promise<void> {
  await stack.edited.docker('network', 'rm', outsideNetwork(stack));
  await stack.edited.docker('volume', 'rm', '--force', outerVolume(stack));
}

export const ENGINE_EDITS: readonly EngineEdit[] = [
  toContainer('rm', '--force'),
  toContainer('stop', '--time=0'),
  toContainer('kill'),
  toContainer('pause'),
  toContainer('restart', '--time=0'),
  {
    name: 'a network removed by hand',
    edit: async (stack, random) => {
      const names = await namesOf(stack, 'network');
      if (names.length > 0) await withoutMembers(stack, random.pick(names));
    },
  },
  {
    name: 'the network from outside made anew',
    edit: async (stack) => {
      await withoutMembers(stack, outsideNetwork(stack));
      await stack.edited.docker('network', 'create', outsideNetwork(stack));
    },
  },
  {
    name: 'a volume removed by hand, with the containers that have it',
    edit: async (stack, random) => {
      const { edited } = stack;
      const names = await namesOf(stack, 'volume');
      if (names.length === 0) return;
      const volume = random.pick(names);
      const holders = await edited.docker('ps', '--all', '--quiet', '--filter', `volume=${volume}`);
      for (const id of holders.stdout.split('\n').filter((line) => line !== ''))
        await edited.docker('rm', '--force', id);
      await edited.docker('volume', 'rm', volume);
    },
  },
  {
    name: 'the image’s name on another image',
    edit: async ({ edited, name }) => {
      await edited.docker('tag', `${name}:other`, `${name}:1`);
    },
  },
  {
    name: 'the image’s name on the first image',
    edit: async ({ edited, name }) => {
      await edited.docker('tag', 'debian:trixie-slim', `${name}:1`);
    },
  },
];
