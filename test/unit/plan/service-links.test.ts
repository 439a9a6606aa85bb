import { describe, expect, it } from 'vitest';
import { serviceLinks } from '../../../src/plan/service-links.ts';

const of = (service: object, rest: object = {}) =>
  serviceLinks({ services: { api: service }, ...rest }, 'api');

describe('what a service has to do with others', () => {
  it('knows every way to depend on another one', () => {
    const { dependsOn } = of({
      depends_on: {
        db: { condition: 'service_healthy' },
        seed: { condition: 'service_completed_successfully' },
        cache: { condition: 'service_started' },
      },
      links: ['mail:smtp'],
      network_mode: 'service:vpn',
      volumes_from: ['files:ro', 'container:other'],
    });
    expect(Object.fromEntries(dependsOn)).toEqual({
      ...{ db: 'healthy', seed: 'ended', cache: 'started' },
      ...{ mail: 'started', vpn: 'started', files: 'started' },
    });
  });

  it('takes the stricter condition of one that it also joins', () => {
    const { dependsOn } = of({
      network_mode: 'service:vpn',
      depends_on: { vpn: { condition: 'service_healthy' } },
    });
    expect(dependsOn.get('vpn')).toBe('healthy');
  });

  it('can do without one that is not required, unless it shares something with it', () => {
    const optional = { condition: 'service_started', required: false };
    const { optional: found } = of({
      depends_on: { cache: optional, vpn: optional, mail: optional, db: { required: true } },
      network_mode: 'service:vpn',
      links: ['mail'],
    });
    expect([...found]).toEqual(['cache']);
  });

  it('reads host ports, whatever their address', () => {
    const ports = [
      { target: 80, published: '8080', host_ip: '127.0.0.1' },
      { target: 53, published: '5353', protocol: 'udp' },
      { target: 9000 },
    ];
    expect(of({ ports }).hostPorts).toEqual(['8080/tcp', '5353/udp']);
  });

  it.each([
    ['the text of a config', { configs: [{ source: 'c' }] }, { configs: { c: { content: 'x' } } }],
    ['a secret from a variable', { secrets: ['s'] }, { secrets: { s: { environment: 'X' } } }],
    ['commands after the start', { post_start: [{ command: 'x' }] }, {}],
  ])('leaves to Compose what it gives a container as it starts: %s', (_, service, rest) => {
    expect(of(service, rest).startedByCompose).toBe(true);
  });

  it('starts itself what is only mounted', () => {
    const service = { configs: [{ source: 'c' }], secrets: [{ source: 's' }] };
    const rest = { configs: { c: { file: '/c' } }, secrets: { s: { file: '/s' } } };
    expect(of(service, rest).startedByCompose).toBe(false);
  });
});
