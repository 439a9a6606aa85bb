import { Readable, type Writable } from 'node:stream';
import type { ProbeAnswer, NetworkProber } from '../ports/prober.ts';
import type { ToolsRunRequest, ToolsAgent } from '../ports/tools-agent.ts';
import { encodeAgentFrame, AgentFrameDecoder } from '../tools/frames.ts';
import { linkToAgent, type AgentLink } from './tools-link.ts';

/** What `docker exec` says as well when the container goes away under a program. */
const LOST = 255;

/** What a program reads and writes while the agent runs it. */
export interface ProgramStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/**
 * Runs a program over a link, streams passed on both ways, and closes the link.
 * @param open gives the streams; called when the program has been asked for, so that opening them
 * takes none of its time.
 */
export function runOverLink(
  link: AgentLink,
  request: ToolsRunRequest,
  open: () => ProgramStreams,
  signal: AbortSignal,
): Promise<number> {
  const { input, output } = link;
  const decoder = new AgentFrameDecoder();
  const interrupt = (): void => void output.write(encodeAgentFrame('signal', 'SIGINT'));
  output.write(encodeAgentFrame('run', JSON.stringify(request)));
  const { stdin, stdout, stderr } = open();
  return new Promise((resolve) => {
    const finish = (status: number): void => {
      signal.removeEventListener('abort', interrupt);
      stdin.destroy();
      link.close();
      resolve(status);
    };
    const pass = (target: Writable, bytes: Uint8Array): void => {
      if (target.write(bytes) || input.isPaused()) return;
      input.pause();
      target.once('drain', () => input.resume());
    };
    input.on('data', (chunk: Buffer) => {
      for (const { type, payload } of decoder.add(chunk)) {
        if (type === 'stdout') pass(stdout, payload);
        else if (type === 'stderr') pass(stderr, payload);
        else if (type === 'exit') finish(Number(payload.toString('utf8')));
      }
    });
    for (const stream of [input, output]) stream.on('error', () => finish(LOST));
    input.on('close', () => finish(LOST));

    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt);
    stdin.on('data', (chunk: Buffer | string) => {
      if (output.write(encodeAgentFrame('input', chunk))) return;
      stdin.pause();
      output.once('drain', () => stdin.resume());
    });
    const closeInput = (): void => void output.write(encodeAgentFrame('close'));
    stdin.on('end', closeInput);
    stdin.on('error', closeInput);
  });
}

/** Sends probes over a link; answers may come in any order. */
export function proberOverLink({ input, output, close }: AgentLink): NetworkProber {
  const decoder = new AgentFrameDecoder();
  const waiting = new Map<number, (answer: ProbeAnswer) => void>();
  let lastId = 0;
  let open = true;
  const lost: ProbeAnswer = {
    durationMs: 0,
    outcome: { kind: 'failed', cause: 'closed', message: 'the tools container went away' },
  };
  const end = (): void => {
    open = false;
    for (const resolve of waiting.values()) resolve(lost);
    waiting.clear();
  };
  input.on('data', (chunk: Buffer) => {
    for (const { type, payload } of decoder.add(chunk)) {
      if (type !== 'answer') continue;
      // Written by our own agent, as `frames.ts` has it.
      const { id, answer } = JSON.parse(payload.toString('utf8')) as {
        id: number;
        answer: ProbeAnswer;
      };
      waiting.get(id)?.(answer);
      waiting.delete(id);
    }
  });
  input.on('close', end);
  for (const stream of [input, output]) stream.on('error', end);
  return {
    send: (request) => {
      if (!open) return Promise.resolve(lost);
      lastId += 1;
      const id = lastId;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        output.write(encodeAgentFrame('probe', JSON.stringify({ id, request })));
      });
    },
    close: () => {
      end();
      close();
    },
  };
}

/** The agent of the real tools container, our own streams at the other end. */
export const toolsAgent: ToolsAgent = {
  run: async (place, request, input, signal) => {
    const streams = (): ProgramStreams => ({
      stdin: input === 'inherit' ? process.stdin : Readable.from(input),
      stdout: process.stdout,
      stderr: process.stderr,
    });
    return runOverLink(await linkToAgent(place), request, streams, signal);
  },
  prober: async (place) => proberOverLink(await linkToAgent(place)),
};
