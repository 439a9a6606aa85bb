import { describe, expect, it } from 'vitest';
import { foldersLetThrough, outdatedFolders } from '../../../src/plan/let-through.ts';
import { actionText } from '../../../src/plan/step.ts';

const bind = (target: string) => ({ type: 'bind', source: '/p', target });
const unnamed = (target: string) => ({ type: 'volume', target });

describe('folders that a service lets through from its image', () => {
  it.each<[string, object, readonly string[]]>([
    ['of dependencies, below its sources', {}, ['/app/node_modules', '/app/web/vendor']],
    ['none where it builds nothing', { build: undefined }, []],
    ['none without sources over them', { volumes: [unnamed('/app/node_modules')] }, []],
    ['none beside its sources', { volumes: [bind('/app/src'), unnamed('/app/node_modules')] }, []],
    ['below all of the machine', { volumes: [bind('/'), unnamed('/x/.venv')] }, ['/x/.venv']],
    [
      'none with a name',
      { volumes: [bind('/app'), { ...unnamed('/app/node_modules'), source: 'kept' }] },
      [],
    ],
  ])('%s', (_what, other, expected) => {
    const volumes = [
      bind('/app/'),
      unnamed('/app/web/vendor/'),
      unnamed('/app/node_modules'),
      unnamed('/app/uploads'),
      unnamed('/var/lib/node_modules'),
      { type: 'tmpfs', target: '/app/venv' },
      'what nobody can read',
    ];
    expect(foldersLetThrough({ build: { context: '.' }, volumes, ...other })).toEqual(expected);
  });
});

describe('volumes that would show the image before', () => {
  const service = { image: 'web', letThrough: ['/app/node_modules'] };
  const modules = { name: 'a1', target: '/app/node_modules' };
  const task = (...more: readonly { readonly name: string; readonly target: string }[]) => ({
    imageId: 'old',
    unnamedVolumes: [modules, ...more],
  });
  const images = (id: string | undefined, ...news: readonly string[]) => ({
    imageIds: new Map(id === undefined ? [] : [['web', id]]),
    newImages: new Map(news.map((name) => [name, 'package.json changed'])),
  });

  it('are those of a service whose image is another one, or will be', () => {
    expect(outdatedFolders(service, [task()], images('new'))).toEqual([modules]);
    expect(outdatedFolders(service, [task()], images('old', 'web'))).toEqual([modules]);
    expect(outdatedFolders(service, [task()], images('old', 'api'))).toEqual([]);
    expect(outdatedFolders(service, [task()], images(undefined))).toEqual([]);
    expect(outdatedFolders(service, [], images('new'))).toEqual([]);
  });

  it('are none where others could hold data', () => {
    const data = { name: 'b2', target: '/var/lib/data' };
    expect(outdatedFolders(service, [task(data)], images('new'))).toEqual([]);
  });

  it('are told with what is made anew', () => {
    const twice = [modules, { ...modules, name: 'c3' }];
    expect(actionText({ kind: 'recreate', service: 'web', renewed: twice })).toBe(
      'recreate web with a new /app/node_modules',
    );
    expect(actionText({ kind: 'recreate', service: 'web' })).toBe('recreate web');
  });
});
