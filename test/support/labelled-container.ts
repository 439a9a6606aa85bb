import { expect } from 'vitest';
import { runProgram } from './run-program.ts';

/** Runs an image as the container of a service, with the labels by which containers are found. */
export async function runService(
  instance: string,
  service: string,
  image: string,
  command: readonly string[],
): Promise<void> {
  const labels = [`project=${instance}`, `service=${service}`, 'oneoff=False'];
  const started = await runProgram([
    'docker',
    'run',
    '--detach',
    '--name',
    `${instance}-${service}-1`,
    ...labels.flatMap((label) => ['--label', `com.docker.compose.${label}`]),
    '--user',
    '1234:1234',
    '--workdir',
    '/opt',
    image,
    ...command,
  ]);
  expect(started.status, started.stderr).toBe(0);
}
