import { describe, expect, it } from 'vitest';
import { definitionIn } from '../../../../src/app/release/open-run.ts';
import { initWorld } from '../../../support/init-world.ts';

describe('the definition of a commit', () => {
  it('names services of the Compose file beside it', () => {
    const { files, host } = initWorld({
      'compose.yaml': 'services: { db: { image: postgres } }\n',
      'compose.override.yaml': 'services: { mail: { image: mail } }\n',
      'dev.yaml': `name: shop
windows: [{ name: data, panes: [{ console: db }, { logs: mail }] }]
probes: { db: { request: 'tcp://db:5432' } }
`,
    });
    const defined = definitionIn('/p', { files, host });
    if (!defined.ok) throw new Error(JSON.stringify(defined.failure));
    expect(defined.value.project.probes.map(({ name }) => name)).toEqual(['db']);
    expect(defined.value.project.compose?.files).toHaveLength(2);
  });
});
