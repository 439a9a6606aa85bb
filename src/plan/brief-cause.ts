/** A line of a plan is read at a glance. */
const LONGEST = 100;

/**
 * A cause in at most a hundred characters: as many of its changes as have room, and how many more
 * there are. A single change that is longer is cut.
 */
export function briefCause(cause: string): string {
  if (cause.length <= LONGEST) return cause;
  const changes = cause.split('; ');
  for (let count = changes.length - 1; count > 0; count -= 1) {
    const brief = `${changes.slice(0, count).join('; ')}; and ${changes.length - count} more`;
    if (brief.length <= LONGEST) return brief;
  }
  const more = changes.length > 1 ? `; and ${changes.length - 1} more` : '';
  const room = LONGEST - more.length - 1;
  return `${Array.from(changes[0] ?? '')
    .slice(0, room)
    .join('')}…${more}`;
}
