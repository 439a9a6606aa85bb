import type { Turn } from '../../state/turns.ts';

/** The system's own command; where there is none, starting it fails and nobody hears of it. */
export function notification(
  { module, to }: Turn,
  project: string,
  platform: NodeJS.Platform,
): readonly string[] {
  const title = `${project}: ${module}`;
  const text = to === 'good' ? 'all checks pass again' : 'a check fails';
  if (platform === 'darwin') {
    // The texts are arguments, not part of the script.
    const script = [
      'on run argv',
      'display notification (item 2 of argv) with title (item 1 of argv)',
      'end run',
    ];
    return ['osascript', ...script.flatMap((line) => ['-e', line]), title, text];
  }
  const icon = to === 'good' ? 'dialog-information' : 'dialog-error';
  return ['notify-send', '--app-name=dev', `--icon=${icon}`, title, text];
}
