import { describe, expect, it } from 'vitest';
import { liveBench } from '../support/live-bench.ts';
import { LIVE_PROJECT, lockfile } from '../support/live-project.ts';
import { waitFor } from '../support/wait-for.ts';

const { rig, tail, save, follow, apply, inside, answer, containers } = liveBench();

const GOOD = 'echo fine\n';

const serverSource = (): string => LIVE_PROJECT['app/server.js'] ?? '';

describe('restart: on-compile', () => {
  it('a good compile starts the process anew in its container; health is awaited', async () => {
    const [before, all] = [await answer('app'), await containers()];
    const number = await save({ 'app/server.js': serverSource().replace('v1', 'v2') });
    const told = await tail().next(
      'service-state',
      ({ service, health, save: of }) => service === 'app' && health === 'healthy' && of === number,
    );
    expect(told.cause).toBe('restarted after compile');
    const after = await answer('app');
    expect(after.version).toBe('v2');
    expect(after.pid).not.toBe(before.pid);
    expect(await containers()).toEqual(all);
  });

  it('a failing compile leaves the old process running', async () => {
    const before = await answer('app');
    const number = await save({
      'app/compile.sh': 'exit 3\n',
      'app/server.js': serverSource().replace('v1', 'v3'),
    });
    await tail().next('settled', (event) => event.save >= number && event.failed === 1);
    expect(await answer('app')).toEqual(before);
    await save({ 'app/compile.sh': GOOD });
    await waitFor('the new version', async () => (await answer('app')).version === 'v3');
  });

  it('a process that ends is told with its last lines, with and without a health check', async () => {
    const broken = 'console.log("the last words"); process.exit(7);\n';
    await save({ 'app/server.js': broken, 'quiet/server.js': broken });
    for (const service of ['app', 'quiet']) {
      const problem = await tail().next('problem', ({ key }) => key === `service:${service}`);
      expect(problem.failures[0]).toMatchObject({
        what: `the process of ${service} ended with exit status 7`,
        why: 'restarted after compile',
        detail: ['the last words'],
      });
    }
    const status = await rig().dev(['status']);
    expect(status.status).toBe(1);
    expect(status.stdout).toMatch(/✗ +quiet/);
    expect(status.stdout).toContain('the last words');
    await save({ 'app/server.js': serverSource(), 'quiet/server.js': serverSource() });
    for (const service of ['app', 'quiet']) {
      await tail().next('problem-solved', ({ key }) => key === `service:${service}`);
    }
    expect((await rig().dev(['status'])).status).toBe(0);
  });

  it('one that has ended is told by dev up as well, which has nothing to do', async () => {
    await save({ 'quiet/server.js': 'process.exit(9);\n' });
    await tail().next('problem', ({ key }) => key === 'service:quiet');
    // The second answer would be a kept one.
    for (const time of [1, 2]) {
      const { status, stdout, stderr } = await rig().dev(['up', '--detach', '--yes']);
      expect(status, `${String(time)}: ${stdout}${stderr}`).toBe(1);
      expect(stderr).toContain('the process of quiet ended with exit status 9');
      expect(stdout).not.toContain('is up');
    }
    await save({ 'quiet/server.js': serverSource() });
    await tail().next('problem-solved', ({ key }) => key === 'service:quiet');
    const { status, stdout, stderr } = await rig().dev(['up', '--detach', '--yes']);
    expect(status, `${stdout}${stderr}`).toBe(0);
    expect(stdout).toContain('nothing to do');
  });

  it('one that never becomes healthy is told with its probe and its log', async () => {
    const sick = `console.log('feeling sick');\n${serverSource().replace('response.end', 'response.writeHead(500).end')}`;
    await save({ 'app/server.js': sick });
    const problem = await tail().next('problem', ({ key }) => key === 'service:app');
    expect(problem.failures[0]).toMatchObject({ what: 'app is not healthy' });
    expect(problem.failures[0]?.detail?.join('\n')).toContain('feeling sick');
    await save({ 'app/server.js': serverSource() });
    await tail().next('problem-solved', ({ key }) => key === 'service:app');
  });
});

describe('a lockfile', () => {
  const manifest = (dependencies: Readonly<Record<string, string>>): string =>
    JSON.stringify({ name: 'app', version: '1.0.0', dependencies });

  it('that changes is installed, and the module is checked with it', async () => {
    const wanted = { dep: 'file:dep' };
    const number = await save({
      'app/package.json': manifest(wanted),
      'app/package-lock.json': lockfile(wanted),
      'app/compile.sh': 'test -e node_modules/dep/package.json\n',
    });
    const installed = await tail().next('install-finished', ({ module }) => module === 'app');
    expect(installed.failure).toBeUndefined();
    await tail().next(
      'check-finished',
      ({ module, check, outcome, save: of }) =>
        module === 'app' && check === 'compile' && outcome === 'passed' && of > number,
    );
    expect(await inside('app', 'ls', 'node_modules')).toBe('dep');
  });

  it('that cannot be installed is told, and what runs stays', async () => {
    const wanted = { dep: 'file:dep' };
    await apply({
      'app/package.json': manifest(wanted),
      'app/package-lock.json': lockfile(wanted),
    });
    const before = await containers();
    await save({ 'app/package.json': manifest({ ...wanted, other: 'file:other' }) });
    const plan = await tail().next('plan', ({ state }) => state === 'failed');
    expect(plan.failures?.[0]?.what).toContain('app could not be installed');
    const ended = await tail().next('install-finished');
    expect(ended.failure?.detail?.join('\n')).toContain('in sync');
    expect(await containers()).toEqual(before);
    expect(await inside('app', 'ls', 'node_modules')).toBe('dep');
    expect((await rig().dev(['status'])).stdout).toContain('could not be installed');
    await follow({ 'app/package.json': manifest(wanted) });
    expect((await rig().dev(['status'])).stdout).not.toContain('could not be installed');
  });
});
