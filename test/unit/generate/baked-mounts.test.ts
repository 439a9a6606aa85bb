import { expect, it } from 'vitest';
import { bakedMountEdits } from '../../../src/generate/baked-mounts.ts';

const bind = (source: string, target: string) => ({ type: 'bind', source, target });

it('takes what hides the code out of services that run an image of it, and nothing else', () => {
  const volumes = [
    bind('/p', '/app'),
    bind('/p/web', '/app/web'),
    bind('/p/web/conf', '/app/web/conf'),
    { type: 'volume', target: '/app/web/node_modules' },
    { type: 'volume', source: 'data', target: '/app/web/data' },
    { type: 'volume', target: '/data' },
    bind('/p', '/application'),
    bind('/p', '/'),
  ];
  const document = { services: { web: { volumes }, other: { volumes }, none: {} } };
  const directories = new Map([
    ['web', '/app/web'],
    ['none', '/app/none'],
  ]);
  const edits = bakedMountEdits(document, directories);
  expect(edits.map(({ path }) => path.join('.'))).toEqual(
    ['7', '3', '1', '0'].map((index) => `services.web.volumes.${index}`),
  );
});
