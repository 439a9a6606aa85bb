/**
 * Where a repository is, as images tell it: the address of a remote without logins; undefined for one that
 * is no address but a place on this machine.
 */
export function sourceUrl(remote: string): string | undefined {
  const text = remote.trim();
  // `git@example.com:team/shop.git`, as `git clone` writes it.
  const short = /^(?:[\w.-]+@)?([\w.-]{2,}):(?!\/\/|[:\\])\/?(\S+)$/.exec(text);
  const written = short === null ? text : `https://${short[1] ?? ''}/${short[2] ?? ''}`;
  if (!URL.canParse(written)) return undefined;
  const url = new URL(written);
  if (!['http:', 'https:', 'ssh:', 'git:'].includes(url.protocol) || url.hostname === '') {
    return undefined;
  }
  // Tokens stand in all of these places.
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  return url.href.replace(/(?:\.git)?\/*$/, '');
}
