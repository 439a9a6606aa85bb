import { expect, it, onTestFinished } from 'vitest';
import { ownName } from '../support/own-run.ts';
import { rigForTest } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const UP = ['up', '--yes', '--detach', '--no-watch'];

it('tells what is shared by its name with another clone, and never removes it', async () => {
  const name = `${ownName()}-shared`;
  onTestFinished(async () => {
    await runProgram(['docker', 'volume', 'rm', '--force', name]);
  });
  const files = {
    'dev.yaml': 'name: shared\n',
    'compose/base.yaml': `
services:
  db: { image: onestack/os, user: root, command: [sleep, infinity], init: true, container_name: ${name}-db, volumes: ['pg:/v', 'own:/o'] }
volumes: { pg: { name: ${name} }, own: {} }
`,
  };
  const [first, second] = [rigForTest({ files }), rigForTest({ files })];
  for (const rig of [first, second]) expect((await rig.dev(['trust', '--yes'])).status).toBe(0);
  const one = await first.dev(UP);
  expect(one.status, first.transcript()).toBe(0);
  expect(one.stderr).not.toContain('shared');
  await first.run(['docker', 'exec', `${name}-db`, 'sh', '-c', 'echo precious > /v/file']);
  const two = await second.dev(UP);
  expect(two.status, second.transcript()).toBe(0);
  expect(two.stderr).toContain(`the volume pg (${name}) belongs to the project ${first.name}`);
  expect(two.stderr).toContain(`another project has a container ${name}-db: db gets ${name}-db-`);
  expect((await second.dev(UP)).stderr).not.toMatch(/belongs to|another project/);
  const reset = await second.dev([...UP, '--reset-data=db']);
  expect(reset.status).toBe(2);
  expect(reset.stderr).toContain(`the data in ${name} is not reset from here`);
  // Nobody holds it now.
  await first.dev(['down']);
  const down = await second.dev(['down', '--volumes']);
  expect(down.status, second.transcript()).toBe(0);
  expect(down.stderr).toContain(`keeps the volume ${name}`);
  const left = await second.run(['docker', 'volume', 'ls', '--format', '{{.Name}}']);
  expect(left.stdout.split('\n')).toContain(name);
  expect(left.stdout).not.toContain(`${second.name}_own`);
  await second.dev(['clean', '--volumes', '--yes']);
  expect((await first.dev(UP)).status).toBe(0);
  const read = ['docker', 'exec', `${name}-db`, 'cat', '/v/file'];
  expect((await first.run(read)).stdout).toBe('precious\n');
});

it('refuses a network whose name is taken before anything is made, and says by whom', async () => {
  const name = `${ownName()}-net`;
  onTestFinished(async () => {
    await runProgram(['docker', 'network', 'rm', '--force', name]);
  });
  const service = `{ image: onestack/os, command: [sleep, infinity], init: true`;
  const rig = rigForTest({
    files: {
      'dev.yaml': 'name: netname\n',
      'compose/base.yaml': `
services:
  web: ${service}, networks: [front] }
networks: { front: { name: ${name} } }
`,
    },
  });
  await rig.dev(['trust', '--yes']);
  await rig.run(['docker', 'network', 'create', name]);
  const byHand = await rig.dev([...UP, '--dry-run']);
  expect(byHand.status, rig.transcript()).toBe(2);
  expect(byHand.stderr).toContain(`the name of the network front is taken: ${name}`);
  expect(byHand.stderr).toContain('a network of that name was made by hand');
  expect(byHand.stderr).toContain(`networks.front: { name: ${name}, external: true }`);
  await rig.run(['docker', 'network', 'rm', name]);
  const labels = ['project=elsewhere', 'network=back'].flatMap((label) => [
    '--label',
    `com.docker.compose.${label}`,
  ]);
  await rig.run(['docker', 'network', 'create', ...labels, name]);
  const byKey = await rig.dev(UP);
  expect(byKey.status).toBe(2);
  expect(byKey.stderr).toContain('the project elsewhere has it as back');

  // Of others, and not there: Compose would make no container at all.
  await rig.run(['docker', 'network', 'rm', name]);
  const others = `networks: { front: { name: ${name}, external: true } }\n`;
  rig.write('compose/base.yaml', `services: { web: ${service}, networks: [front] } }\n${others}`);
  await rig.dev(['trust', '--yes']);
  const missing = await rig.dev(UP);
  expect(missing.status).toBe(2);
  expect(missing.stderr).toContain(`the network ${name} is not there`);
  expect(missing.stderr).toContain(`docker network create ${name}`);
});
