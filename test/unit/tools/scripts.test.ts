import { expect, it } from 'vitest';
import { projectDockerfile } from '../../../src/tools/image.ts';
import { describeScript, mergeScripts } from '../../../src/tools/scripts.ts';

it('reads what a script says of itself', () => {
  const text =
    '#!/bin/sh\n# about: looks around\n# example: dev tools -- look\n# facts: logs\nls\n';
  expect(describeScript('look', text, 'tool')).toEqual({
    name: 'look',
    about: 'looks around',
    example: 'dev tools -- look',
    facts: 'logs',
    origin: 'tool',
  });
  expect(describeScript('plain', 'ls\n', 'project').facts).toBeUndefined();
});

it('lets a project’s script win', () => {
  const one = describeScript('look', '# about: theirs', 'tool');
  const other = describeScript('look', '# about: ours', 'project');
  expect(mergeScripts([one], [other])).toEqual([other]);
});

it('makes a Dockerfile of a list of packages', () => {
  const made = projectDockerfile('nmap # ports\n\n# none\nhtop iperf3\n');
  expect(made.ok && made.value).toMatch(/^FROM onestack\/tools$/m);
  expect(made.ok && made.value).toContain('apt-install htop iperf3 nmap');
  expect(projectDockerfile('# nothing\n')).toEqual({ ok: true, value: undefined });
});

it('refuses what is no name of a package, with its place', () => {
  const made = projectDockerfile('nmap\n  $(rm -rf /)\n');
  expect(made).toMatchObject({ ok: false, failure: { at: { line: 2, column: 3 } } });
});
