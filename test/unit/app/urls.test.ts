import { describe, expect, it } from 'vitest';
import { serviceUrls, urlText } from '../../../src/app/urls.ts';
import type { PublishedPort } from '../../../src/ports/engine-containers.ts';
import { aContainer } from '../../support/containers.ts';

function port(containerPort: number, hostPort: number, hostAddress = '127.0.0.1'): PublishedPort {
  return { containerPort, hostPort, hostAddress, protocol: 'tcp' };
}

describe('serviceUrls', () => {
  it('lists HTTPS first, and knows the schemes of well-known ports', () => {
    const containers = [
      aContainer('db', { ports: [port(5432, 15432)] }),
      aContainer('proxy', { ports: [port(80, 8080), port(443, 8443)] }),
    ];
    expect(serviceUrls(containers).map(({ url }) => url)).toEqual([
      'https://localhost:8443',
      'http://localhost:8080',
      'postgresql://localhost:15432',
    ]);
  });

  it('tells what is no web page as what it is', () => {
    const api = [9229, 9230, 5005, 2345, 5678, 22].map((one) => port(one, one));
    expect(serviceUrls([aContainer('api', { ports: api })]).map(urlText)).toEqual([
      'tcp://localhost:22',
      'tcp://localhost:2345 (Delve)',
      'tcp://localhost:5005 (JDWP)',
      'tcp://localhost:5678 (debugpy)',
      'tcp://localhost:9229 (Node’s inspector)',
      'tcp://localhost:9230 (Node’s inspector)',
    ]);
  });

  it('names a port once that is published on IPv4 and IPv6', () => {
    const containers = [
      aContainer('web', { ports: [port(80, 80, '0.0.0.0'), port(80, 80, '::')] }),
    ];
    expect(serviceUrls(containers).map(({ url }) => url)).toEqual(['http://localhost:80']);
  });

  it('lists nothing of stopped and one-off containers', () => {
    const ports = [port(80, 80)];
    expect(
      serviceUrls([
        aContainer('a', { ports, state: 'exited' }),
        aContainer('b', { ports, oneOff: true }),
      ]),
    ).toEqual([]);
  });
});
