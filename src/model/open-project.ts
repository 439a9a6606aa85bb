import type { Context, Project } from './project.ts';
import type { Settings } from './settings.ts';

/** A project of which everything that people wrote is read and valid. */
export interface OpenProject {
  readonly project: Project;
  readonly settings: Settings;
  readonly context: Context;
  /** Compose project name of this folder: the project's name, or another when that is taken. */
  readonly instance: string;
  /** Absolute path of `.dev`. */
  readonly devDirectory: string;
}
