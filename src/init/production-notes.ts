import type { FoundModule } from './found.ts';

const BUNDLED =
  ', `bundle: npm run build` what makes that, and `artifact: [dist]` where that is; development does without both';

/** What to write where nothing tells what the image of code is to run that watches its sources in development. */
export function productionNotes(modules: readonly FoundModule[]): readonly string[] {
  return modules.flatMap(({ name, run, reloads, production, image }) => {
    if (reloads !== true || production !== undefined || run === undefined) return [];
    const what = `the image of ${name} runs what development does, which watches its sources`;
    return [
      `${what}: \`production:\` in dev.yaml says another command${image === 'node' ? BUNDLED : ''}`,
    ];
  });
}
