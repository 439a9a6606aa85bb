import { isMapping } from '../model/plain.ts';
import type { Connection } from '../ports/sockets.ts';
import { CLIENT_VARIABLES } from './capabilities.ts';
import type { Frame } from '../util/frames.ts';
import { MESSAGE, messageDecoder } from './wire.ts';
import type { Hello } from './wire.ts';

/** What a client can say. */
export interface ClientListener {
  /** Once, before all else. */
  hello(hello: Hello): void;
  input(bytes: Buffer): void;
  resize(size: ScreenSize): void;
  closed(): void;
}

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Larger screens are drawn so far: every attached one costs memory by the cell. */
const MOST_COLUMNS = 1_000;
const MOST_ROWS = 500;

/**
 * Listens to whoever connected. One who says what no client of ours says is cut off; the panes and
 * the other clients do not notice.
 */
export function listenToClient(connection: Connection, listener: ClientListener): void {
  const decoder = messageDecoder();
  let hasGreeted = false;
  const take = ({ type, payload }: Frame): void => {
    if (type === MESSAGE.hello && !hasGreeted) {
      const hello = helloOf(payload);
      hasGreeted = true;
      listener.hello(hello);
    } else if (hasGreeted && type === MESSAGE.input) {
      listener.input(payload);
    } else if (hasGreeted && type === MESSAGE.size) {
      listener.resize(sizeOf(mappingOf(payload)));
    }
  };
  connection.onData((data) => {
    let messages: readonly Frame[];
    try {
      messages = decoder.add(data);
    } catch {
      connection.end();
      return;
    }
    for (const message of messages) {
      try {
        take(message);
      } catch (error) {
        if (!(error instanceof StrangeMessage)) throw error;
        connection.end();
        return;
      }
    }
  });
  connection.onClose(() => {
    if (hasGreeted) listener.closed();
  });
}

class StrangeMessage extends Error {}

function mappingOf(payload: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString('utf8'));
  } catch {
    value = undefined;
  }
  if (!isMapping(value)) throw new StrangeMessage('not a message of a client');
  return value;
}

function helloOf(payload: Buffer): Hello {
  const said = mappingOf(payload);
  const { environment, window, pane, isReturn } = said;
  const known = new Set<string>(CLIENT_VARIABLES);
  const variables = Object.entries(isMapping(environment) ? environment : {}).flatMap(
    ([name, value]) =>
      known.has(name) && typeof value === 'string' ? [[name, value] as const] : [],
  );
  return {
    ...sizeOf(said),
    environment: Object.fromEntries(variables),
    ...(typeof window === 'string' ? { window } : {}),
    ...(typeof pane === 'string' ? { pane } : {}),
    ...(isReturn === true ? { isReturn } : {}),
  };
}

/** A size that can be drawn; a terminal may claim any. */
function sizeOf({ columns, rows }: Readonly<Record<string, unknown>>): ScreenSize {
  return { columns: bounded(columns, MOST_COLUMNS), rows: bounded(rows, MOST_ROWS) };
}

function bounded(value: unknown, most: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new StrangeMessage('not a size');
  }
  return Math.max(1, Math.min(most, Math.trunc(value)));
}
