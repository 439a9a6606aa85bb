import type { Files } from '../ports/files.ts';
import type { DashboardPane, DashboardWindow } from '../views/dashboard/scene.ts';
import { SourcePositions } from '../app/logs/source-positions.ts';
import type { NamedPlace } from '../views/dashboard/ui.ts';
import { missingEditor } from './capabilities.ts';
import { Editors, fileOfProject } from './editors.ts';
import { paneSource } from './pane-factory.ts';
import type { PaneProject, PaneWorld } from './pane-factory.ts';
import type { OpenPaneSource } from './panes/pane-source.ts';
import type { SessionLink } from './session-link.ts';

/** What the project looks like to the dashboard; read anew when the session says that it changed. */
export interface DashboardProject extends PaneProject {
  /** What this clone of the project is called to people. */
  readonly label: string;
  readonly windows: readonly DashboardWindow[];
  /** Name of the prefix key. */
  readonly prefix: string;
}

type WindowsWorld = PaneWorld &
  ConstructorParameters<typeof Editors>[0] & {
    readonly files: Pick<Files, 'realPath' | 'isDirectory' | 'confined' | 'exists'>;
  };

/** A file was opened, or not. */
export type Edited = { readonly window: string } | { readonly refused: string };

interface WindowsOptions {
  readonly readProject: () => DashboardProject;
  readonly link: SessionLink;
  readonly world: WindowsWorld;
  /** There are others now. */
  readonly changed: () => void;
  /** Tells everybody who looks. */
  readonly say: (text: string) => void;
}

/** The windows of the project and of editors, and where the bytes of their panes come from. */
export class ProjectWindows {
  readonly #options: WindowsOptions;
  readonly #editors: Editors;
  /** Panes of logs that show lines as they came. */
  readonly rawLogs = new Set<string>();
  #project: DashboardProject;

  constructor(options: WindowsOptions) {
    this.#options = options;
    this.#project = options.readProject();
    this.#editors = new Editors(options.world, options);
  }

  get project(): DashboardProject {
    return this.#project;
  }

  get all(): readonly DashboardWindow[] {
    return [...this.#project.windows, ...this.#editors.windows];
  }

  readAgain(): void {
    this.#project = this.#options.readProject();
    this.#options.changed();
  }

  /** @returns the window that it is in, or why there is none. */
  edit({ file: named, line, column }: NamedPlace): Edited {
    const { root } = this.#project;
    const { files, host } = this.#options.world;
    const file = fileOfProject(root, named, files);
    if (file === undefined) return { refused: `${named} is no file of this project` };
    const refused = missingEditor(host.environment, (path) => files.exists(path));
    if (refused !== undefined) return { refused };
    // What was compiled is no file to edit where it is known what it was made from.
    const place = { file, line, column };
    const source = new SourcePositions(root, files.confined(root)).of(place) ?? place;
    return { window: this.#editors.open({ root, ...source }) };
  }

  source(pane: DashboardPane): OpenPaneSource {
    const { definition } = pane;
    const editor = this.#editors.source(pane.id);
    if (editor !== undefined) return editor;
    if (definition.kind === 'edit') throw new Error(`no editor for ${definition.file}`);
    const isRaw = (): boolean => this.rawLogs.has(pane.id);
    const { world, link } = this.#options;
    return paneSource(definition, this.#project, world, link, isRaw);
  }
}
