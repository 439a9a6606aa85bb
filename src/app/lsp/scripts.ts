/**
 * Finds programs as a module's own scripts do: in `node_modules/.bin` and `.venv/bin` of its folder and
 * those above, then where the system has them.
 */
const OWN_PROGRAMS = `
folder=$PWD own=
while :; do
  own=$own$folder/node_modules/.bin:$folder/.venv/bin:
  case $folder in / | /workspace) break ;; esac
  folder=$(dirname "$folder")
done
PATH=$own$PATH:\${GOPATH:-$HOME/go}/bin
export PATH
`;

/** The program is not there. */
export const MISSING_STATUS = 127;

/** The person's own command. */
const GIVEN = `
command -v -- "$1" >/dev/null || exit ${String(MISSING_STATUS)}
exec "$@"
`;

/** The first of the command lines given whose program is there. */
const FIRST = `
for line in "$@"; do
  set -- $line
  case $line in 'go tool '*) grep -qs "/$3\\$" go.mod || continue ;; esac
  command -v -- "$1" >/dev/null && exec "$@"
done
exit ${String(MISSING_STATUS)}
`;

export const serverArgv = (command: readonly string[]): readonly string[] => [
  ...['sh', '-c', OWN_PROGRAMS + GIVEN, 'sh', ...command],
];

/** @param lines words with one space between them, nothing quoted. */
export const firstOfArgv = (lines: readonly string[]): readonly string[] => [
  ...['sh', '-c', OWN_PROGRAMS + FIRST, 'sh', ...lines],
];

/** The variable that a server and all that it starts are known by. */
export const MARK = 'ONESTACK_LSP';

/**
 * Waits for the end of its input, however that came, then ends every process with that mark: politely,
 * and after three seconds by force. `watching` is said once it waits.
 */
const GUARD = `
marked() { grep -lsF "${MARK}=$1" /proc/[0-9]*/environ | cut -d/ -f3; }
trap '' HUP INT TERM
echo watching
while read -r _; do :; done
kill -s TERM $(marked "$1") 2>/dev/null
turns=60
while [ "$turns" -gt 0 ] && [ -n "$(marked "$1")" ]; do
  turns=$((turns - 1))
  sleep 0.05
done
kill -s KILL $(marked "$1") 2>/dev/null
exit 0
`;

export const guardArgv = (mark: string): readonly string[] => ['sh', '-c', GUARD, 'sh', mark];
