import { runProgram } from './run-program.ts';

/** Removes the images that the pipeline has baked for a project. */
export async function removeBakedImages(project: string): Promise<void> {
  const filter = `label=dev.onestack.project=${project}`;
  const listed = await runProgram(['docker', 'images', '--quiet', '--filter', filter]);
  const ids = [...new Set(listed.stdout.split('\n').filter((line) => line !== ''))];
  if (ids.length > 0) await runProgram(['docker', 'rmi', '--force', ...ids]);
}
