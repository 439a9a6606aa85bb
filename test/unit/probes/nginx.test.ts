import { describe, expect, it } from 'vitest';
import { nginxRoutes, pathThrough } from '../../../src/probes/nginx.ts';

describe('the ways through an nginx', () => {
  it('are read through variables, upstreams and comments', () => {
    const routes = nginxRoutes([
      `# proxy_pass http://no:1;
       upstream back { server api:3000 weight=5; server other:3000; }
       server {
         listen 443 ssl;
         set $pricing pricing:4000;
         location /api/ { proxy_pass http://back/; }
         location ^~ /price { proxy_pass "http://$pricing"; }
         location = /exact { proxy_pass https://web; }
         location ~ \\.php$ { proxy_pass http://php; }
         location / { root /srv; }
       }`,
    ]);
    expect(
      routes.map(({ path, upstream, replacement }) => [
        path,
        upstream.host,
        upstream.port,
        replacement,
      ]),
    ).toEqual([
      ['/api/', 'api', 3000, '/'],
      ['/price', 'pricing', 4000, undefined],
      ['/exact', 'web', 443, undefined],
    ]);
    expect(routes[0]?.listens).toEqual([{ port: 443, tls: true }]);
  });

  it('leave out what listens inside the container only', () => {
    const [route] = nginxRoutes([
      'server { listen 127.0.0.1:10080; listen 8080; location / { proxy_pass http://a; } }',
    ]);
    expect(route?.listens).toEqual([{ port: 8080, tls: false }]);
  });

  it('survive broken files', () => {
    for (const text of ['server {', '}}}', 'server { location / { proxy_pass', '"', ';;{']) {
      expect(nginxRoutes([text])).toEqual([]);
    }
  });
});

it('a path behind the proxy has a path in front of it', () => {
  const [kept, replaced] = nginxRoutes([
    `server { location /v1 { proxy_pass http://a; } location /api/ { proxy_pass http://a/; } }`,
  ]);
  if (kept === undefined || replaced === undefined) throw new Error('two routes');
  expect(pathThrough(kept, '/v1/health')).toBe('/v1/health');
  expect(pathThrough(kept, '/health')).toBeUndefined();
  expect(pathThrough(replaced, '/health')).toBe('/api/health');
});
