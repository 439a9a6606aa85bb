import pc from 'picocolors';
import { DEBUGGERS, type DebuggerKind } from '../model/debugger.ts';
import { ownLine } from '../util/terminal-text.ts';

interface Attachable {
  readonly module: string;
  readonly kind: DebuggerKind;
  readonly host: string;
  readonly port: number;
  readonly ownPort: number;
  readonly wait: boolean;
  readonly paths: { readonly container: string; readonly host: string };
}

const CLIENTS: Readonly<Record<DebuggerKind, (address: string) => string>> = {
  node: () => 'or chrome://inspect in Chrome',
  python: () => 'or any client of the Debug Adapter Protocol',
  go: (address) => `or dlv connect ${address}`,
  java: (address) => `or jdb -attach ${address}`,
};

/** Where to attach, and with what. */
export function debuggingText(
  { module, kind, host, port, ownPort, wait, paths }: Attachable,
  color: boolean,
): string {
  const paint = pc.createColors(color);
  const address = `${host}:${String(port)}`;
  const state = wait ? 'waits in' : 'runs in';
  const entry =
    port === ownPort
      ? '(dev editor vscode)'
      : `with ${String(port)} in place of ${String(ownPort)} in its entry (.vscode/launch.json)`;
  const lines = [
    `${module} ${state} ${DEBUGGERS[kind].name}: attach to ${paint.bold(address)}`,
    `  VS Code: Run and Debug, “${module}” ${entry}, ${CLIENTS[kind](address)}`,
    `  ${paths.container} in the container is ${paths.host} here`,
    paint.dim('Ctrl-C ends it, and starts the process as ever'),
  ];
  return lines.map((line) => `${ownLine(line)}\n`).join('');
}

export function deathText(module: string, exitStatus: number): string {
  return `the process of ${ownLine(module)} ended with exit status ${String(exitStatus)} and is started again\n`;
}

/** Why a client of another user sees its connection reset. */
export function strangerText(uid: number, person: string): string {
  return `a program of another user (uid ${String(uid)}) was cut off: the debugger can do all that ${ownLine(person)} can; attach as ${ownLine(person)}\n`;
}
