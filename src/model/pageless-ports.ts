import { DEBUGGER_KINDS, DEBUGGERS } from './debugger.ts';

/** The second process of Node that is debugged. */
const NEXT_INSPECTOR = 9230;

/** What listens there, where a debugger attaches; undefined: no debugger that is known. */
export function debuggerAt(port: number): string | undefined {
  if (port === NEXT_INSPECTOR) return DEBUGGERS.node.name;
  return DEBUGGER_KINDS.map((kind) => DEBUGGERS[kind]).find((one) => one.port === port)?.name;
}

const OTHERS = new Set([
  // SSH, mail.
  ...[22, 25, 465, 587, 1025],
  // Of what speaks a language of its own: second ports of databases and queues, and those without a kind.
  ...[21, 53, 389, 636, 1433, 1521, 2181, 4369, 5671, 6222, 7687, 9042, 9300],
  ...[16379, 25672, 26379, 27018, 27019, 29092, 33060, 33062],
]);

/** Whether a port is known to be for something else than web pages, and is no service's of a known kind. */
export function hasNoPages(port: number): boolean {
  return OTHERS.has(port) || debuggerAt(port) !== undefined;
}
