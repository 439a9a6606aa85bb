import { describe, expect, it } from 'vitest';
import { portEdits, publishedEntries, unpublishEdits } from '../../../src/generate/port-edits.ts';

function entryOf(port: object, service: object = {}) {
  const document = { services: { api: { ...service, ports: [{ target: 80, ...port }] } } };
  const [entry] = publishedEntries(document);
  if (entry === undefined) throw new Error('no entry');
  return entry;
}

describe('publishedEntries', () => {
  it('knows which ports only the engine can choose', () => {
    expect(entryOf({ published: '8080' })).toMatchObject({ hostPort: 8080, leftToEngine: false });
    expect(entryOf({})).toMatchObject({ hostPort: 0, leftToEngine: false });
    const range = entryOf({ published: '8000-8010' });
    expect(range).toMatchObject({ hostPort: 8000, lastPort: 8010, leftToEngine: false });
    const replicas = { deploy: { replicas: 2 } };
    expect(entryOf({}, replicas)).toMatchObject({ hostPort: 0, leftToEngine: true });
    expect(entryOf({}, { scale: 2 })).toMatchObject({ leftToEngine: true });
    expect(entryOf({ published: '8080' }, replicas)).toMatchObject({ hostPort: 8080, count: 2 });
  });
});

describe('portEdits', () => {
  it('binds a range to this machine and leaves it a range', () => {
    const edits = portEdits([entryOf({ published: '8000-8010' })], []);
    expect(edits).toEqual([
      {
        kind: 'set',
        path: ['services', 'api', 'ports', '0'],
        value: { target: 80, published: '8000-8010', host_ip: '127.0.0.1' },
        label: 'loopback only',
      },
    ]);
  });

  it('publishes one port of a range, and as many as there are containers', () => {
    const publishedAs = (port: object, service: object, assigned: number): unknown => {
      const entry = entryOf({ host_ip: '127.0.0.1', ...port }, service);
      return portEdits([entry], [{ ...entry, assigned }]).map((edit) =>
        edit.kind === 'set' ? edit.value : edit,
      );
    };
    const rest = { target: 80, host_ip: '127.0.0.1' };
    expect(publishedAs({ published: '8000-8010' }, {}, 8000)).toEqual([
      { ...rest, published: '8000' },
    ]);
    expect(publishedAs({ published: '8080' }, { scale: 2 }, 8080)).toEqual([
      { ...rest, published: '8080-8081' },
    ]);
    expect(publishedAs({ published: '8080' }, {}, 8080)).toEqual([]);
  });

  it('leaves what names no address as it is written, when that is asked for', () => {
    expect(portEdits([entryOf({ published: '8080' })], [], 'as-written')).toEqual([]);
  });
});

describe('unpublishEdits', () => {
  it('takes all ports away, and touches nothing else', () => {
    const document = { services: { api: { ports: [{ target: 80 }] }, db: { image: 'x' } } };
    expect(unpublishEdits(document)).toEqual([
      { kind: 'remove', path: ['services', 'api', 'ports'], label: 'nothing published' },
    ]);
  });
});
