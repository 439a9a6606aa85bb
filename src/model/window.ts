/** What is known of one kind of pane. */
interface PaneType {
  /** What its value in `dev.yaml` names. */
  readonly about: 'service' | 'module' | 'probe' | 'command' | 'nothing';
  /** Whether it takes keys. */
  readonly interactive: boolean;
  /** One line for the schema of `dev.yaml`. */
  readonly summary: string;
  readonly title: (value: string) => string;
}

/**
 * The kinds of panes. Their keys in `dev.yaml`, what these may name, titles and identities are made
 * from this table; where a pane's bytes come from, `dash/pane-factory.ts` says.
 */
export const PANES = {
  logs: {
    about: 'service',
    interactive: false,
    summary: 'Logs of a service.',
    title: (service) => service,
  },
  shell: {
    about: 'service',
    interactive: true,
    summary: 'A shell in a service.',
    title: (service) => `${service} shell`,
  },
  console: {
    about: 'service',
    interactive: true,
    summary: 'The database console of a service.',
    title: (service) => `${service} console`,
  },
  checks: {
    about: 'module',
    interactive: false,
    summary: 'The checks of a module, live.',
    title: (module) => `${module} checks`,
  },
  probe: {
    about: 'probe',
    interactive: true,
    summary: 'A probe, with its stages.',
    title: (probe) => `probe ${probe}`,
  },
  command: {
    about: 'command',
    interactive: true,
    summary: 'Any command, shell text.',
    title: (command) => command,
  },
  tools: {
    about: 'nothing',
    interactive: true,
    summary: 'A shell in the tools container.',
    title: () => 'tools',
  },
  pipeline: {
    about: 'nothing',
    interactive: false,
    summary: 'The latest run of the pipeline, as it goes on.',
    title: () => 'pipeline',
  },
} as const satisfies Record<string, PaneType>;

export type PaneKind = keyof typeof PANES;
type PaneAbout = (typeof PANES)[PaneKind]['about'];
type KindAbout<A extends PaneAbout> = {
  [K in PaneKind]: (typeof PANES)[K]['about'] extends A ? K : never;
}[PaneKind];
/** A kind with its value's name as the key: `{ kind: 'logs', service: 'api' }`. */
type Pane<K, Value> = K extends PaneKind ? { readonly kind: K } & Value : never;

export type KeyedPane = KindAbout<Exclude<PaneAbout, 'nothing'>>;

/** Kinds that are written in `dev.yaml` by their name alone. */
export const BARE_PANES = Object.keys(PANES).filter(
  (kind): kind is KindAbout<'nothing'> => PANES[kind as PaneKind].about === 'nothing',
);

/** Kinds that have a key of their own in `dev.yaml`. */
export const KEYED_PANES = Object.keys(PANES).filter(
  (kind): kind is KeyedPane => PANES[kind as PaneKind].about !== 'nothing',
);

/** One pane of a dashboard window. */
export type PaneDefinition =
  | Pane<KindAbout<'service'>, { readonly service: string }>
  | Pane<KindAbout<'module'>, { readonly module: string }>
  | Pane<KindAbout<'probe'>, { readonly probe: string }>
  /** `in`: a service, `tools` or `host`. */
  | Pane<KindAbout<'command'>, { readonly run: string; readonly in: string }>
  | Pane<KindAbout<'nothing'>, unknown>;

/** What its key in `dev.yaml` says; empty where there is nothing to say. */
export function paneValue(pane: PaneDefinition): string {
  if ('service' in pane) return pane.service;
  if ('module' in pane) return pane.module;
  if ('probe' in pane) return pane.probe;
  return 'run' in pane ? pane.run : '';
}

export interface WindowDefinition {
  readonly name: string;
  readonly layout: 'tiled' | 'rows' | 'columns' | 'main-left' | 'main-top';
  readonly panes: readonly PaneDefinition[];
}
