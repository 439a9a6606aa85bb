import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownName } from './own-run.ts';
import { runProgram, type Outcome, type ProgramOptions } from './run-program.ts';

/** System calls that make, change, move or remove something that has a name. */
const CHANGING = [
  ...['creat', 'mkdir', 'mkdirat', 'mknod', 'mknodat', 'link', 'linkat', 'symlink', 'symlinkat'],
  ...['rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'rmdir', 'truncate', 'ftruncate'],
  ...['chmod', 'fchmod', 'fchmodat', 'chown', 'fchown', 'lchown', 'fchownat'],
  ...['utime', 'utimes', 'utimensat', 'futimesat', 'fallocate', 'mount', 'umount2', 'bind'],
  ...['setxattr', 'lsetxattr', 'fsetxattr', 'removexattr', 'lremovexattr', 'fremovexattr'],
];
const OPENING = ['open', 'openat', 'openat2'];
/** What goes out to others: requests to the engine are among them. */
const SENDING = ['write', 'writev', 'pwrite64', 'sendto', 'sendmsg'];

const CALL = /^(?:\d+ +)?(\w+)\((.*)$/;
/** Not a place where anything could be written to stay. */
// Not what lies behind an open folder: so the tool writes where no link can lead it away.
const NOWHERE = /"\/dev\/(?:null|tty|ptmx|pts\/\d+|urandom)"|"\/proc\/(?!self\/fd\/\d+\/)/;
const REQUEST = /"(?:iov_base=")?(?:POST|PUT|PATCH|DELETE) \//;

/** Whether a line of a trace tells of a change, or of a try to make one. */
function isChange(line: string): boolean {
  const [, call = '', rest = ''] = CALL.exec(line) ?? [];
  if (OPENING.includes(call)) {
    return /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE/.test(rest) && !NOWHERE.test(rest);
  }
  // A socket without a name, or one that the kernel names, is no file.
  if (call === 'bind') return /sun_path="/.test(rest);
  if (CHANGING.includes(call)) return !NOWHERE.test(rest);
  return SENDING.includes(call) && REQUEST.test(rest);
}

/**
 * Runs a program with all that it starts under strace. With its outcome come the system calls by which
 * anything was, or was to be, changed in a file system, and the requests that change something in the
 * engine.
 */
export async function traceWrites(
  argv: readonly string[],
  options: ProgramOptions,
): Promise<{ readonly outcome: Outcome; readonly changes: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), `${ownName()}-trace-`));
  const trace = join(folder, 'trace');
  try {
    const traced = [...CHANGING, ...OPENING, ...SENDING].map((call) => `?${call}`).join(',');
    const outcome = await runProgram(
      ['strace', '-f', '-qq', '-s', '120', '-o', trace, '-e', `trace=${traced}`, ...argv],
      // What goes by the kernel's ring is not seen as a call.
      { ...options, env: { ...options.env, UV_USE_IO_URING: '0' } },
    );
    const changes = readFileSync(trace, 'utf8').split('\n').filter(isChange);
    return { outcome, changes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
