import type { KeyAction } from './bindings.ts';
import { enterCopy } from './copy-mode.ts';
import { geometry } from './geometry.ts';
import { LAYOUTS, neighbourOf, place, resize, splitOf } from './layout.ts';
import { urlsOf } from './palette.ts';
import { problemRows } from './rows.ts';
import { match, scrollBy } from './scroll.ts';
import { shownRows } from './shown-rows.ts';
import { openPaneOf, showWindow } from './show.ts';
import { focusOf } from './subject.ts';
import type { Scene } from './scene.ts';
import { focusedPane, layoutOf, withLayout, withScroll } from './ui.ts';
import type { Effect, PromptPurpose, UiStep, Ui } from './ui.ts';

const only = (ui: Ui): UiStep => ({ ui, effects: [] });
const say = (ui: Ui, message: string): UiStep => only({ ...ui, message });
const effect = (ui: Ui, value: Effect, message = ''): UiStep => ({
  ui: { ...ui, message },
  effects: [value],
});

type Handler = (ui: Ui, around: Scene) => UiStep;

/** Does what a key or the palette asks for. */
export function act(ui: Ui, action: KeyAction, around: Scene): UiStep {
  const number = /^window-(\d+)$/.exec(action)?.[1];
  if (number !== undefined) return only(showWindow(ui, Number(number), around));
  // Numbered windows are dealt with: what is left has a handler each.
  return HANDLERS[action as keyof typeof HANDLERS](ui, around);
}

const windowBy =
  (by: number): Handler =>
  (ui, around) => {
    const count = around.windows.length;
    return only(showWindow(ui, (ui.window + by + count) % count, around));
  };

const paneTowards =
  (direction: 'left' | 'right' | 'up' | 'down'): Handler =>
  (ui, around) => {
    const { body } = geometry(around.windows[ui.window], ui, around);
    const { split, focus } = layoutOf(ui);
    return only(withLayout(ui, { focus: neighbourOf(place(split, body), focus, direction) }));
  };

const resizeBy =
  (direction: 'columns' | 'rows', steps: number): Handler =>
  (ui) => {
    const { split, focus } = layoutOf(ui);
    return only(withLayout(ui, { split: resize(split, focus, direction, steps) }));
  };

const prompt =
  (purpose: PromptPurpose, text = ''): Handler =>
  (ui) =>
    only({ ...ui, mode: { kind: 'prompt', purpose, text, selected: 0 } });

const HANDLERS: Readonly<Record<Exclude<KeyAction, `window-${number}`>, Handler>> = {
  'window-next': windowBy(1),
  'window-previous': windowBy(-1),
  'window-last': (ui, around) => only(showWindow(ui, ui.lastWindow, around)),
  'window-choose': prompt('window'),
  'pane-left': paneTowards('left'),
  'pane-right': paneTowards('right'),
  'pane-up': paneTowards('up'),
  'pane-down': paneTowards('down'),
  'pane-next': (ui, around) => {
    const window = around.windows[ui.window];
    if (window?.kind !== 'panes') return only(ui);
    return only(withLayout(ui, { focus: (layoutOf(ui).focus + 1) % window.panes.length }));
  },
  'resize-left': resizeBy('columns', -1),
  'resize-right': resizeBy('columns', 1),
  'resize-up': resizeBy('rows', -1),
  'resize-down': resizeBy('rows', 1),
  zoom: (ui) => only(withLayout(ui, { zoomed: !layoutOf(ui).zoomed })),
  'layout-next': (ui, around) => {
    const window = around.windows[ui.window];
    if (window?.kind !== 'panes') return only(ui);
    const layout = (layoutOf(ui).layout + 1) % LAYOUTS.length;
    const name = LAYOUTS[layout] ?? 'tiled';
    const next = withLayout(ui, { layout, split: splitOf(name, window.panes.length) });
    return say(next, `layout ${name}`);
  },
  copy: (ui, around) => {
    const focused = focusedPane(ui, around);
    return only(focused === undefined ? ui : enterCopy(ui, focused.id, around));
  },
  search: prompt('search'),
  'search-all': prompt('search-all'),
  'match-next': match('up'),
  'match-previous': match('down'),
  filter: (ui, around) => {
    const focused = focusedPane(ui, around);
    if (focused === undefined) return only(ui);
    const text = ui.views[focused.id]?.filter ?? '';
    return only({ ...ui, mode: { kind: 'prompt', purpose: 'filter', text, selected: 0 } });
  },
  pause: (ui, around) => {
    const focused = focusedPane(ui, around);
    if (focused === undefined) return only(ui);
    const scroll = ui.views[focused.id] ?? {};
    const pane = around.pane(focused.id);
    const top = scroll.top === undefined ? shownRows(pane, scroll, pane.rows)[0] : undefined;
    return only(withScroll(ui, focused.id, { top }));
  },
  'scroll-up': scrollBy(() => -1),
  'scroll-down': scrollBy(() => 1),
  'page-up': scrollBy((page) => -page),
  'page-down': scrollBy((page) => page),
  top: scrollBy(() => -1e9),
  bottom: (ui, around) => {
    const focused = focusedPane(ui, around);
    if (focused === undefined) return scrollBy(() => 1e9)(ui, around);
    // Scrolled through what the filter leaves: back to its end first.
    const filter =
      ui.views[focused.id]?.top === undefined ? undefined : ui.views[focused.id]?.filter;
    return only(withScroll(ui, focused.id, { top: undefined, filter }));
  },
  open: (ui, around) => {
    const focused = focusedPane(ui, around);
    if (focused !== undefined) {
      return effect(ui, { kind: 'send', pane: focused.id, data: '\r' });
    }
    return only(openPaneOf(ui, around));
  },
  edit: (ui, around) => {
    const window = around.windows[ui.window];
    const rows = problemRows(around);
    const module = focusOf(ui, around).module;
    const row =
      window?.kind === 'problems'
        ? rows[ui.selected.problems]
        : rows.find(({ subject, file }) => subject === module && file !== undefined);
    if (row?.file === undefined) return say(ui, 'no file to edit here');
    const { file, line, column } = row;
    return effect(ui, { kind: 'edit', file, line, column });
  },
  'raw-logs': (ui, around) => {
    const focused = focusedPane(ui, around);
    if (focused?.definition.kind !== 'logs') return say(ui, 'no log here');
    return effect(ui, { kind: 'raw-logs', pane: focused.id });
  },
  'restart-pane': (ui, around) => {
    const focused = focusedPane(ui, around);
    if (focused === undefined) return only(ui);
    return effect(ui, { kind: 'restart-pane', pane: focused.id });
  },
  'run-checks': (ui, around) => {
    const { module } = focusOf(ui, around);
    const intent = {
      kind: 'run-check' as const,
      ...(module === undefined ? {} : { modules: [module] }),
    };
    return effect(
      ui,
      { kind: 'intent', intent },
      `running the checks of ${module ?? 'all modules'}`,
    );
  },
  'restart-service': ofService((service) => ({ kind: 'restart-service', service }), 'restarting'),
  'recreate-service': ofService((service) => ({ kind: 'recreate-service', service }), 'recreating'),
  'reset-data': (ui, around) => {
    const { service } = focusOf(ui, around);
    if (service === undefined) return say(ui, 'no service here');
    const question = `Remove all data of ${service} and start it empty?`;
    const intent = { kind: 'reset-data' as const, service };
    return only({ ...ui, mode: { kind: 'confirm', question, effect: { kind: 'intent', intent } } });
  },
  toggle: (ui, around) => {
    const { module } = focusOf(ui, around);
    return prompt('palette', module === undefined ? 'toggle ' : `toggle ${module} `)(ui, around);
  },
  'open-url': (ui, around) => {
    const { service } = focusOf(ui, around);
    const ports = service === undefined ? [] : (around.state.services[service]?.ports ?? []);
    const [url] = service === undefined ? [] : urlsOf(service, ports, around.addresses);
    if (url === undefined) return prompt('palette', 'open http ')(ui, around);
    return effect(ui, { kind: 'open-url', url }, url);
  },
  palette: prompt('palette'),
  help: (ui) => only({ ...ui, mode: { kind: 'help', top: 0 } }),
  redraw: (ui) => effect(ui, { kind: 'redraw' }),
  suspend: (ui) => effect(ui, { kind: 'suspend' }),
  detach: (ui) => effect(ui, { kind: 'detach' }),
};

function ofService(
  intent: (service: string) => { kind: 'restart-service' | 'recreate-service'; service: string },
  doing: string,
): Handler {
  return (ui, around) => {
    const { service } = focusOf(ui, around);
    if (service === undefined) return say(ui, 'no service here');
    return effect(ui, { kind: 'intent', intent: intent(service) }, `${doing} ${service}`);
  };
}
