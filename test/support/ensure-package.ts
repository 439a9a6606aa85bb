import { runProgram } from './run-program.ts';

/** Another test may be installing at the same moment. */
const PATIENCE = ['-o', 'DPkg::Lock::Timeout=280'];

/** Makes sure of a program of Debian's: on a machine that is the tests' alone it is brought. */
export async function ensurePackage(program: string, name = program): Promise<void> {
  const has = async () =>
    (await runProgram(['sh', '-c', `command -v "$1"`, 'sh', program])).status === 0;
  if (await has()) return;
  if ((process.env['CI'] ?? '') !== '') {
    const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    const wanted = ['install', '--yes', '--no-install-recommends', name];
    await runProgram([...sudo, 'apt-get', ...PATIENCE, 'update'], { timeoutMs: 120_000 });
    await runProgram([...sudo, 'apt-get', ...PATIENCE, ...wanted], { timeoutMs: 280_000 });
  }
  if (!(await has())) throw new Error(`there is no ${program} here: apt-get install ${name}`);
}
