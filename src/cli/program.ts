import { Command, Option } from 'commander';
import { CONTEXTS } from '../model/project.ts';

/** Declares the command line. Actions load their use case on first call. */
export function createProgram(version: string): Command {
  return new Command('dev')
    .description('One stack definition for development, CI and production.')
    .version(version, '-V, --version')
    .option('--project <dir>', 'project folder (default: here or the nearest parent with dev.yaml)')
    .addOption(
      new Option('--context <name>', 'which overlays apply').choices(CONTEXTS).default('dev'),
    )
    .option('--json', 'results as JSON', false)
    .option('-q, --quiet', 'no progress', false)
    .option('-v, --verbose', 'more progress, and stack traces of bugs', false)
    .option('-y, --yes', 'answer every question with yes', false)
    .option('--dry-run', 'say what would change, change nothing', false);
}
