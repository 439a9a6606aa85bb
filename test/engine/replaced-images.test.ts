import { expect, it, onTestFinished } from 'vitest';
import { rigForTest } from '../support/rig.ts';

const DOCKERFILE = `FROM scratch
COPY Dockerfile /
ENV MODE=production LOST=1
EXPOSE 3000 9229
WORKDIR /srv
HEALTHCHECK CMD test -e /srv
ENTRYPOINT ["/usr/bin/env"]
CMD ["sleep", "infinity"]
`;

it('a module in the place of a service with an image is told what it does not have of that', async () => {
  const rig = rigForTest({
    files: {
      'dev.yaml': 'name: given\nmodules:\n  web: { image: os, install: false, run: sleep 1000 }\n',
      'web/file': '',
      'image/Dockerfile': DOCKERFILE,
    },
  });
  const tag = `${rig.name}/web:1`;
  onTestFinished(async () => {
    await rig.run(['docker', 'rmi', '--force', tag]);
  });
  rig.write('compose.yaml', `services:\n  web:\n    image: ${tag}\n    ports: ['3000']\n`);
  const up = async (): Promise<string> => {
    const { status, stdout, stderr } = await rig.dev(['up', '--yes', '--detach', '--no-watch']);
    expect(status, rig.transcript()).toBe(0);
    return stdout + stderr;
  };
  expect(await up()).toContain(
    `module web: what its image ${tag} (compose.yaml:3) sets is not known, as it is not here`,
  );
  const built = await rig.run(['docker', 'build', '--quiet', '--tag', tag, 'image']);
  expect(built.status, built.stderr).toBe(0);
  const at = `(image ${tag}, compose.yaml:3)`;
  const told = await up();
  for (const line of [
    `instead of \`/usr/bin/env sleep infinity\` ${at} it runs \`sleep 1000\` (dev.yaml:3)`,
    `WORKDIR /srv ${at} is /workspace/web now`,
    `ENV MODE, LOST ${at} is not set; compose/base/web.yaml can say so`,
    `EXPOSE 9229 ${at} is not declared; compose/base/web.yaml can say so`,
    `HEALTHCHECK ${at} is not asked: it counts as ready as soon as it runs`,
  ]) {
    expect(told).toContain(`module web: ${line}`);
  }
  expect(told).toContain('nothing to do');
  expect(await up()).not.toContain('module web');
});
