import { lstatSync } from 'node:fs';
import { createConnection } from 'node:net';
import { relative } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { execInContainer } from '../ports/docker-command.ts';
import type { AgentPlace } from '../ports/tools-agent.ts';
import { PLACES } from '../tools/places.ts';

/** Bytes that a Unix socket's path may take on Linux and macOS, the end mark not counted. */
const MAX_SOCKET_PATH_BYTES = 103;

/** A two-way stream of frames to the agent. */
export interface AgentLink {
  readonly input: Readable;
  readonly output: Writable;
  readonly close: () => void;
}

/** The agent by its socket; undefined when nobody answers there. */
export function linkBySocket(path: string): Promise<AgentLink | undefined> {
  // A path may be too long for a socket, but short from where we stand.
  const short = relative(process.cwd(), path);
  const usable = [path, short].find((each) => Buffer.byteLength(each) <= MAX_SOCKET_PATH_BYTES);
  // The container writes to its folder: a link in the socket's place leads to somebody else's.
  const isSocket = lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true;
  if (usable === undefined || !isSocket) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const socket = createConnection(usable);
    const link = { input: socket, output: socket, close: () => void socket.destroy() };
    socket.once('connect', () => resolve(link));
    socket.once('error', () => resolve(undefined));
  });
}

/** The agent as a process of its own, on the streams of `docker exec`. */
async function linkByExec(containerId: string): Promise<AgentLink> {
  const { spawn } = await import('node:child_process');
  const command = ['node', PLACES.agent, '--stdio'];
  const [program = '', ...argv] = execInContainer(containerId, { attached: 'stdin' }, command);
  const child = spawn(program, argv, { stdio: ['pipe', 'pipe', 'ignore'] });
  // When it cannot be started, its streams end, and with them the link.
  child.on('error', () => undefined);
  return { input: child.stdout, output: child.stdin, close: () => void child.kill() };
}

/** A link to the agent, by the quickest way that there is. */
export async function linkToAgent({ containerId, socket }: AgentPlace): Promise<AgentLink> {
  return (await linkBySocket(socket)) ?? linkByExec(containerId);
}
