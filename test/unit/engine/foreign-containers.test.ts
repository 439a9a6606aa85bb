import { describe, expect, it } from 'vitest';
import { foreignContainers } from '../../../src/engine/foreign-containers.ts';
import { aTask } from '../../support/containers.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const madeFrom = (file: string) =>
  aTask('db', {
    labels: file === '' ? {} : { 'com.docker.compose.project.config_files': `${file},/other.yaml` },
  });

const files = new MemoryFiles({ '/a/.dev/compose.yaml': '', '/b/docker-compose.yml': '' });
const found = (file: string) => foreignContainers('shop', '/a', [madeFrom(file)], files);

describe('containers with the name of this folder', () => {
  it('are left alone when they come from files of somebody else', () => {
    expect(found('/b/docker-compose.yml,/b/more.yml')?.why).toContain('/b/docker-compose.yml');
  });

  it('are its own when they come from its file, from a folder that is gone, or from nowhere', () => {
    expect(found('/a/.dev/compose.yaml')).toBeUndefined();
    expect(found('/gone/.dev/compose.yaml')).toBeUndefined();
    expect(found('')).toBeUndefined();
  });
});
