/** The debuggers that a module's process can run in. */
export const DEBUGGER_KINDS = ['node', 'python', 'go', 'java'] as const;
export type DebuggerKind = (typeof DEBUGGER_KINDS)[number];

/** What each is called, and the port that people expect it at. */
export const DEBUGGERS: Readonly<
  Record<DebuggerKind, { readonly name: string; readonly port: number }>
> = {
  node: { name: 'Node’s inspector', port: 9229 },
  python: { name: 'debugpy', port: 5678 },
  go: { name: 'Delve', port: 2345 },
  java: { name: 'JDWP', port: 5005 },
};
