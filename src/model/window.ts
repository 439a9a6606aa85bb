/** One pane of a dashboard window. */
export type PaneDefinition =
  | { readonly kind: 'logs'; readonly service: string }
  | { readonly kind: 'shell'; readonly service: string }
  | { readonly kind: 'console'; readonly service: string }
  | { readonly kind: 'checks'; readonly module: string }
  | { readonly kind: 'tools' }
  | { readonly kind: 'probe'; readonly probe: string }
  | { readonly kind: 'command'; readonly run: string; readonly in: string };

export interface WindowDefinition {
  readonly name: string;
  readonly layout: 'tiled' | 'rows' | 'columns' | 'main-left' | 'main-top';
  readonly panes: readonly PaneDefinition[];
}
