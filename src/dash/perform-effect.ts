import type { Effect } from '../views/dashboard/ui.ts';
import { terminalText } from '../util/terminal-text.ts';
import type { ClientView } from './client-view.ts';
import { openUrl } from './open-url.ts';
import type { PaneSet } from './pane-set.ts';
import type { Edited } from './project-windows.ts';
import type { SessionLink } from './session-link.ts';

/** What the keys of a client can reach. */
interface Reach {
  readonly world: Parameters<typeof openUrl>[1];
  readonly link: Pick<SessionLink, 'send'>;
  readonly panes: Pick<PaneSet, 'send' | 'restart'>;
  /** Panes of logs that show lines as they came. */
  readonly rawLogs: Set<string>;
  /** Opens a place in an editor. */
  readonly edit: (place: Effect & { readonly kind: 'edit' }) => Edited;
  readonly leave: () => void;
}

/** Does what the view wants done outside of itself. */
export function performEffect(effect: Effect, client: ClientView, reach: Reach): void {
  const { panes, rawLogs, link } = reach;
  switch (effect.kind) {
    case 'send':
      panes.send(effect.pane, effect.data);
      return;
    case 'raw-logs':
      if (!rawLogs.delete(effect.pane)) rawLogs.add(effect.pane);
      panes.restart(effect.pane);
      return;
    case 'restart-pane':
      panes.restart(effect.pane);
      return;
    case 'copy':
      // What is not seen does not get into the clipboard either.
      client.line.write(`\x1b]52;c;${base64(terminalText(effect.text, false))}\x07`);
      return;
    case 'redraw':
      client.redraw();
      return;
    case 'detach':
      client.bye({ status: 0, text: 'left; everything goes on running (dev dash comes back)' });
      reach.leave();
      return;
    case 'suspend':
      client.line.suspend();
      return;
    case 'edit': {
      const edited = reach.edit(effect);
      if ('refused' in edited) client.say(edited.refused);
      else client.showWindow(edited.window);
      return;
    }
    case 'open-url':
      void openUrl(effect.url, reach.world).then((said) => {
        client.say(said);
      });
      return;
    case 'intent':
      void link.send(effect.intent).then((refusal) => {
        if (refusal !== undefined) client.say(refusal);
      });
      return;
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
