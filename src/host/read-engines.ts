import type { World } from '../ports/world.ts';
import type { OtherEngine, PidFile } from './facts.ts';
import { ENGINE_PID_FILE } from './steps.ts';

type Looking = Pick<World, 'files'>;

/** Each daemon refuses to start while the process in its file seems to live. */
const PID_FILES = [
  [ENGINE_PID_FILE, 'dockerd'],
  ['/var/run/docker/containerd/containerd.pid', 'containerd'],
] as const;

function readText({ files }: Looking, path: string): string {
  const text = files.read(path);
  return text.ok ? (text.value ?? '') : '';
}

/** The pid files that the daemons left or hold. */
export function readPidFiles(world: Looking): readonly PidFile[] {
  return PID_FILES.flatMap(([path, program]) => pidFile(world, path, program));
}

function pidFile(world: Looking, path: string, program: PidFile['program']): PidFile[] {
  const pid = Number.parseInt(readText(world, path), 10);
  if (Number.isNaN(pid)) return [];
  return [
    { path, program, pid, alive: lives(world, pid, program) && !isOfOther(world, pid, path) },
  ];
}

/** `pid (comm) state`: another program may have the number now, and a zombie is no daemon. */
function lives(world: Looking, pid: number, program: string): boolean {
  const stat = /^\d+ \((.*)\) (\S)/s.exec(readText(world, `/proc/${String(pid)}/stat`));
  return stat?.[1] === program && stat[2] !== 'Z' && stat[2] !== 'X';
}

/** An engine that was told of another pid file has the number by chance. */
function isOfOther(world: Looking, pid: number, path: string): boolean {
  const own = option(world, pid, ['-p', '--pidfile']);
  return own !== '' && own !== path && own.replace(/^\/run\//, '/var/run/') !== path;
}

/** What a process was given for an option, as `--host=X`, `-H X`; empty where it was not. */
function option(world: Looking, pid: number, names: readonly string[]): string {
  const words = readText(world, `/proc/${String(pid)}/cmdline`).split('\0');
  for (const [index, word] of words.entries()) {
    const [name = '', ...value] = word.split('=');
    if (names.includes(name)) return value.length > 0 ? value.join('=') : (words[index + 1] ?? '');
  }
  return '';
}

/** Engines that run besides the one of the machine's own pid file. */
export function readEngines(world: Looking): readonly OtherEngine[] {
  const own = readPidFiles(world).flatMap(({ pid, alive }) => (alive ? [pid] : []));
  return world.files.list('/proc').flatMap((name) => {
    const pid = /^\d+$/.test(name) ? Number(name) : 0;
    if (pid === 0 || own.includes(pid) || !lives(world, pid, 'dockerd')) return [];
    return [{ pid, address: option(world, pid, ['-H', '--host']) }];
  });
}
