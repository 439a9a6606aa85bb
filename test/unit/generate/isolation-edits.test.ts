import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../src/compose/merge/edits.ts';
import { fromPlain, plain } from '../../../src/compose/tree.ts';
import { isolationEdits } from '../../../src/generate/isolation-edits.ts';
import type { PlainMapping } from '../../../src/model/plain.ts';

function isolated(document: PlainMapping): unknown {
  const root = fromPlain(document, { tool: 'test' });
  if (root.kind !== 'map') throw new Error('a document is a mapping');
  return plain(applyEdits(root, isolationEdits(document)));
}

describe('a document that is tried alone', () => {
  it('shares no volume, network, address or host network with anything', () => {
    const document = {
      services: {
        db: {
          networks: { back: { ipv4_address: '10.1.2.3', aliases: ['data'] } },
          volumes: [{ type: 'volume', source: 'data', target: '/data' }],
        },
        metrics: { network_mode: 'host' },
        beside: { network_mode: 'service:db' },
      },
      networks: {
        back: { name: 'company', external: true },
        front: { ipam: { config: [{ subnet: '10.1.2.0/24' }] }, driver: 'bridge' },
      },
      volumes: { data: { name: 'production-data', external: true }, other: null },
    };
    expect(isolated(document)).toEqual({
      services: {
        db: { networks: { back: { aliases: ['data'] } }, volumes: document.services.db.volumes },
        metrics: {},
        beside: { network_mode: 'service:db' },
      },
      networks: {
        default: { internal: true },
        back: { internal: true },
        front: { driver: 'bridge', internal: true },
      },
      volumes: { data: {}, other: null },
    });
  });
});
