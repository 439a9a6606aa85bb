import { describe, expect, it } from 'vitest';
import { haproxyConfig, hostsMap } from '../../../src/router/haproxy.ts';
import { gonePage, listPage } from '../../../src/router/page.ts';
import {
  addressOf,
  parseRouterPorts,
  parseRouterRecord,
  type RouterRecord,
} from '../../../src/router/record.ts';

const USUAL = { http: 80, https: 443 };
const MOVED = { http: 8080, https: 8443 };

const RECORD: RouterRecord = {
  instance: 'shop',
  root: '/home/<script>alert("x")</script>&\'',
  routes: [
    {
      host: 'shop.localhost',
      service: '<img src=x onerror=alert(1)>',
      container: '3f2a1b0c9d8e',
      port: 3000,
      secure: false,
    },
    {
      host: 'proxy.shop.localhost',
      service: 'proxy',
      container: 'aaaaaaaaaaaa',
      port: 443,
      secure: true,
    },
  ],
  networks: ['shop_default'],
};

describe('what the router is told', () => {
  it('is a container and a port for each name', () => {
    expect(hostsMap([RECORD])).toBe(
      'shop.localhost 3f2a1b0c9d8e:3000:plain\nproxy.shop.localhost aaaaaaaaaaaa:443:tls\n',
    );
  });

  it('sends to HTTPS at the port that it has', () => {
    const config = (ports: typeof USUAL): string =>
      haproxyConfig({ subnets: ['172.30.0.0/16'], ports, generation: 'abc' });
    expect(config(USUAL)).toContain('location "https://%[var(txn.host)]%[pathq]"');
    expect(config(MOVED)).toContain('location "https://%[var(txn.host)]:8443%[pathq]"');
  });

  it('listens to its own network alone, on each port', () => {
    const config = haproxyConfig({ subnets: ['172.30.0.0/16'], ports: USUAL, generation: 'abc' });
    const frontends = config.split(/^frontend /m).slice(1);
    expect(frontends).toHaveLength(2);
    for (const frontend of frontends) {
      const [bind, first] = frontend.split('\n').slice(1);
      expect(bind).toContain('bind :');
      expect(first?.trim()).toBe(
        'tcp-request connection reject unless { src 172.30.0.0/16 } { dst 172.30.0.0/16 }',
      );
    }
  });
});

describe('the page of what runs', () => {
  it('has a link for each name, and all that strangers call something as text', () => {
    const page = listPage([RECORD], MOVED);
    expect(page).toContain('<a href="https://shop.localhost:8443">https://shop.localhost:8443</a>');
    expect(page).toContain('/home/&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).not.toMatch(/<script|<img/);
  });

  it('says so where nothing runs, and what to do where one does not answer', () => {
    expect(listPage([], USUAL)).toContain('nothing (dev up)');
    expect(gonePage()).toContain('dev logs');
  });
});

describe('what is kept of a project', () => {
  it('is read again as it was written', () => {
    expect(parseRouterRecord(JSON.stringify(RECORD))).toEqual(RECORD);
    expect(parseRouterPorts(JSON.stringify(MOVED))).toEqual(MOVED);
  });

  it.each(['', '{', 'null', '[]', '{}', '{"instance":"shop"}'])('is nothing for %j', (text) => {
    expect(parseRouterRecord(text)).toBeUndefined();
    expect(parseRouterPorts(text)).toBeUndefined();
  });

  it('is nothing with a route that another version wrote', () => {
    const other = { ...RECORD, routes: [{ host: 'shop.localhost' }] };
    expect(parseRouterRecord(JSON.stringify(other))).toBeUndefined();
  });

  it('names a port only where it is not the usual one', () => {
    expect(addressOf('shop.localhost', USUAL)).toBe('https://shop.localhost');
    expect(addressOf('shop.localhost', MOVED)).toBe('https://shop.localhost:8443');
  });
});
