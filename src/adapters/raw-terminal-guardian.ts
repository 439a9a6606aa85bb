import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';

/**
 * Outlives us by a moment: nothing of ours runs after SIGKILL, so this small shell waits for our
 * end of a pipe to close and then gives the terminal back, unless somebody has changed it since.
 * It stands in a session of its own: a hang-up or a kill of our process group does not reach it.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM TSTP TTIN TTOU
saved=$(stty -g <&3) || exit 0
echo ready
raw=
while IFS= read -r word; do
  case $word in
    raw)
      # Node leaves LF to become CR LF, which breaks programs that move down by LF.
      stty -opost <&3
      raw=$(stty -g <&3)
      echo taken ;;
    cooked) raw= ;;
    done) exit 0 ;;
  esac
done
[ -n "$raw" ] || exit 0
printf '%b' "$1" >&4
# A shell with jobs takes the terminal back by itself, about now: what it sets must stay.
for look in 1 2 3; do
  sleep 0.1
  [ "$(stty -g <&3)" = "$raw" ] || exit 0
done
stty "$saved" <&3
`;

/** Where a machine has no `sh` or `stty` nobody stands guard; only SIGKILL is not covered then. */
const NOBODY = { raw: () => Promise.resolve(), cooked: () => undefined, done: () => undefined };

export interface Guardian {
  /** The terminal is in raw mode now: from here on it is given back for us. */
  raw(): Promise<void>;
  /** We have given it back ourselves for a while. */
  cooked(): void;
  /** We have given it back for good. */
  done(): void;
}

/** Starts the guardian of the terminal on stdin and stdout. `leave` is what it writes to it. */
export async function startGuardian(leave: string): Promise<Guardian> {
  const escaped = leave.replaceAll('\\', '\\\\').replaceAll('\x1b', '\\033');
  const child = spawn('sh', ['-c', SCRIPT, 'onestack-terminal-guardian', escaped], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore', 0, 1],
  });
  const { stdin, stdout } = child;
  const gone = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  if (!(stdin instanceof Socket) || !(stdout instanceof Socket)) return NOBODY;
  stdin.on('error', () => undefined);
  const answer = async (): Promise<void> => {
    await Promise.race([once(stdout, 'data'), gone]);
  };
  await answer();
  child.unref();
  stdin.unref();
  stdout.unref();
  return {
    raw: async () => {
      stdout.ref();
      stdin.write('raw\n');
      await answer();
      stdout.unref();
    },
    cooked: () => void stdin.write('cooked\n'),
    done: () => void stdin.write('done\n'),
  };
}
