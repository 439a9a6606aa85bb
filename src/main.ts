/** The composition root: builds the adapters, runs the command line, sets the exit status. */

/** Set by the build from package.json. */
declare const ONESTACK_VERSION: string;

async function main(argv: readonly string[]): Promise<void> {
  const first = argv[2];
  // The commonest question of scripts, answered before anything is loaded.
  if (argv.length === 3 && (first === '--version' || first === '-V')) {
    process.stdout.write(`${ONESTACK_VERSION}\n`);
    return;
  }
  const { createProgram } = await import('./cli/program.ts');
  await createProgram(ONESTACK_VERSION).parseAsync(argv);
}

await main(process.argv);
