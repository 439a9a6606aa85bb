import { describe, expect, it } from 'vitest';
import { ownContainerEdits } from '../../../src/generate/own-container-edits.ts';

function edits(services: Readonly<Record<string, unknown>>) {
  return ownContainerEdits({ services }, 'shop').map((edit) => [
    edit.path.slice(1).join('.'),
    edit.kind === 'set' ? edit.value : edit.kind,
  ]);
}

describe('what is shared with a container of the same project', () => {
  const vpn = { image: 'x', container_name: 'gluetun' };

  it('is shared with its service, by the name that it is given or gets', () => {
    expect(
      edits({
        vpn,
        torrent: { network_mode: 'container:gluetun' },
        debug: { pid: 'container:shop-torrent-1', ipc: 'container:gluetun' },
        backup: { volumes_from: ['container:gluetun:ro', 'torrent', 'container:shop-debug-1'] },
      }),
    ).toEqual([
      ['torrent.network_mode', 'service:vpn'],
      ['debug.pid', 'service:torrent'],
      ['debug.ipc', 'service:vpn'],
      ['backup.volumes_from.0', 'vpn:ro'],
      ['backup.volumes_from.2', 'debug'],
    ]);
  });

  it("is left alone where the container is somebody else's, or the service's own", () => {
    expect(
      edits({
        vpn: { ...vpn, pid: 'container:gluetun' },
        a: { network_mode: 'container:shop-vpn-1', ipc: 'host' },
        b: { network_mode: 'service:vpn', volumes_from: ['container:other', 'vpn:ro'] },
      }),
    ).toEqual([]);
  });
});
