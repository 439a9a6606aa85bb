import type { Command } from 'commander';
import type { Invocation } from './invocation.ts';

/**
 * Runs a command's action with what it needs and takes its exit status. Given to each command file
 * by the composition root.
 */
export type RunUseCase = (
  command: Command,
  action: (invocation: Invocation) => Promise<number>,
) => Promise<void>;
