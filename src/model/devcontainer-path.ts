import type { Module } from './module.ts';

/** Where a module's file for Dev Containers lies, relative to the project. */
export function devcontainerPath({ name }: Pick<Module, 'name'>): string {
  return `.devcontainer/${name}/devcontainer.json`;
}
