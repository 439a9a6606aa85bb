import { afterAll, describe, expect, it } from 'vitest';
import { rigForTest, type Rig } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const UP = ['up', '--yes', '--detach', '--no-watch'];
const CHECKED = 'FROM debian:trixie-slim\nHEALTHCHECK --interval=5m CMD true\n';
const TOLD = 'asked for their health every second while they start: probed';
const SECOND = 1_000_000_000;

/** The health check of the container of `probed`; times are in nanoseconds. */
async function asked(rig: Rig): Promise<unknown> {
  const format = '{{json .Config.Healthcheck}}';
  const { stdout } = await rig.run([
    ...['docker', 'inspect', `${rig.name}-probed-1`, '--format', format],
  ]);
  return JSON.parse(stdout) as unknown;
}

describe('the health check of an image', () => {
  afterAll(async () => {
    const filter = 'reference=onestack/probed-build';
    const { stdout } = await runProgram(['docker', 'images', '--quiet', '--filter', filter]);
    const images = stdout.split('\n').filter((line) => line !== '');
    if (images.length > 0) await runProgram(['docker', 'image', 'rm', '--force', ...images]);
  });

  it("that a module's own Dockerfile makes is asked early, without a Compose file too", async () => {
    const probed = '{ image: { build: . }, run: sleep infinity }';
    const rig = rigForTest({
      files: {
        'dev.yaml': `name: shop\nmodules:\n  probed: ${probed}\n`,
        'probed/Dockerfile': CHECKED,
      },
    });
    const up = await rig.dev(UP);
    expect([up.status, up.stderr]).toEqual([0, expect.stringContaining(TOLD)]);
    expect(await asked(rig)).toMatchObject({ StartInterval: SECOND, StartPeriod: 300 * SECOND });
    await rig.dev(['settings', 'compose.health=as-written']);
    const config = await rig.dev(['config']);
    expect(config.stdout).not.toContain('start_interval');
  });
});
