import type { OpenPty, Pty, PtyOptions } from '../../ports/pty.ts';
import { notice } from './pane-source.ts';
import type { OpenPaneSource } from './pane-source.ts';

/** A program of the host on a terminal of its own. */
export function ptySource(
  openPty: OpenPty,
  program: Omit<PtyOptions, 'columns' | 'rows'>,
): OpenPaneSource {
  return (size, sink) => {
    let pty: Pty | undefined;
    let wanted = size;
    let closed = false;
    // What is typed before the program is there is for it all the same.
    let early = '';
    void openPty({ ...program, ...size }).then((opened) => {
      if (!opened.ok) {
        const { what, why, cure } = opened.failure;
        for (const line of [what, why, cure]) if (line !== undefined) sink.write(notice(line));
        sink.ended('not started');
        return;
      }
      pty = opened.value;
      if (closed) {
        pty.close();
        return;
      }
      pty.resize(wanted.columns, wanted.rows);
      pty.onData((data) => sink.write(data));
      if (early !== '') pty.write(early);
      void pty.exited.then((status) => {
        if (!closed) sink.ended(`ended with status ${status}`);
      });
    });
    return {
      send: (data) => {
        if (pty === undefined) early += data;
        else pty.write(data);
      },
      resize: (columns, rows) => {
        wanted = { columns, rows };
        pty?.resize(columns, rows);
      },
      pause: () => pty?.pause(),
      resume: () => pty?.resume(),
      close: () => {
        closed = true;
        pty?.close();
      },
    };
  };
}
