import type { Readable, Writable } from 'node:stream';
import type { WireRequest } from '../../ports/prober.ts';
import type { ToolsRunRequest } from '../../ports/tools-agent.ts';
import { encodeAgentFrame, AgentFrameDecoder, type AgentFrame } from '../../tools/frames.ts';
import { sendFromHere } from '../probe/send.ts';
import { runForAgent, type RunningProgram } from './run-program.ts';

/** Serves one connection until it ends; what it started ends with it. */
export function serveConnection(input: Readable, output: Writable): void {
  const decoder = new AgentFrameDecoder();
  let program: RunningProgram | undefined;

  const handle = ({ type, payload }: AgentFrame): void => {
    switch (type) {
      case 'run':
        // Our own `dev` wrote it: the shapes are those of `frames.ts`.
        program = runForAgent(JSON.parse(payload.toString('utf8')) as ToolsRunRequest, output);
        return;
      case 'input':
        program?.input(payload);
        return;
      case 'close':
        program?.closeInput();
        return;
      case 'signal':
        program?.signal(payload.toString('utf8'));
        return;
      case 'probe': {
        const { id, request } = JSON.parse(payload.toString('utf8')) as {
          id: number;
          request: WireRequest;
        };
        void sendFromHere(request).then((answer) => {
          output.write(encodeAgentFrame('answer', JSON.stringify({ id, answer })));
        });
        return;
      }
      case 'stdout':
      case 'stderr':
      case 'exit':
      case 'answer':
        throw new Error(`dev does not send ${type}`);
    }
  };
  const hangUp = (): void => {
    program?.signal('SIGHUP');
    program?.signal('SIGKILL');
    output.destroy();
  };
  input.on('data', (chunk: Buffer) => {
    try {
      for (const frame of decoder.add(chunk)) handle(frame);
    } catch {
      hangUp();
    }
  });
  input.on('close', hangUp);
  input.on('error', hangUp);
  output.on('error', hangUp);
}
