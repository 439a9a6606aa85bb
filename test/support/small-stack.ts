/**
 * A stack with stages to break: proxy (nginx, TLS) → api → pricing, api → db, cache. The services
 * of its own are one small server; nothing is installed or compiled. `pricing` is as hard to look
 * into as containers are: not root, read-only.
 */

const SERVER = `
import http from 'node:http';
const { PORT, NAME, NEXT } = process.env;
http.createServer(async (request, response) => {
  const requestId = request.headers['x-request-id'];
  let status = 200;
  let body = JSON.stringify({ from: NAME, price: 42 });
  if (NEXT !== undefined && request.url !== '/live') {
    try {
      const headers = requestId === undefined ? {} : { 'x-request-id': requestId };
      const answer = await fetch(NEXT + request.url, { headers, signal: AbortSignal.timeout(3000) });
      body = await answer.text();
      status = answer.ok ? 200 : 502;
    } catch (error) {
      status = 503;
      body = JSON.stringify({ error: String(error.cause ?? error) });
    }
  }
  console.log(JSON.stringify({ message: 'request', service: NAME, requestId, url: request.url, status }));
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}).listen(Number(PORT));
`;

const NGINX = `
log_format tests escape=json '{"message":"request","service":"proxy","requestId":"$http_x_request_id","status":$status}';
server {
  listen 443 ssl;
  ssl_certificate /run/secrets/server-certificate;
  ssl_certificate_key /run/secrets/server-key;
  access_log /dev/stdout tests;
  resolver 127.0.0.11 valid=1s;
  set $api api:3000;
  location / {
    proxy_pass http://$api;
    proxy_connect_timeout 1s;
    proxy_read_timeout 8s;
    proxy_set_header X-Request-Id $http_x_request_id;
  }
}
`;

const COMPOSE = `
services:
  proxy:
    secrets: [server-certificate, server-key]
    ports: ['127.0.0.1:18443:443']
    volumes: ['./proxy:/etc/nginx/conf.d:ro']
    depends_on: [api]
  api:
    image: onestack/node
    command: [node, /srv/server.mjs]
    environment: { PORT: 3000, NAME: api, NEXT: 'http://pricing:4000' }
    volumes: ['./server:/srv:ro']
    expose: ['3000']
    depends_on: [pricing, db, cache]
    healthcheck:
      test: [CMD, node, -e, "fetch('http://localhost:3000/live').then((r) => process.exit(r.ok ? 0 : 1))"]
      interval: 2s
  pricing:
    image: onestack/node
    command: [node, /srv/server.mjs]
    environment: { PORT: 4000, NAME: pricing }
    volumes: ['./server:/srv:ro']
    expose: ['4000']
    user: '12345:12345'
    read_only: true
  db:
    environment: { POSTGRES_USER: shop, POSTGRES_DB: shop }
`;

const DEFINITION = `
name: small
services:
  proxy: { from: nginx }
  db: { from: postgres }
  cache: { from: redis }
probes:
  price:
    request: { url: 'https://proxy/price', expect: { contains: '"price":42' }, timeout: 8s }
    stages:
      - { service: proxy, url: 'https://proxy/price', timeout: 8s }
      - { service: api, url: 'http://api:3000/price', timeout: 8s }
      - { service: pricing, url: 'http://pricing:4000/price', expect: { status: 200, contains: '"price":42' }, timeout: 3s }
  data:
    request: https://proxy/live
    stages:
      - proxy: https://proxy/live
      - api: http://api:3000/live
      - db: postgres
      - cache: redis
`;

/** The project's files, path → text. */
export const SMALL_STACK: Readonly<Record<string, string>> = {
  'dev.yaml': DEFINITION.trimStart(),
  'compose/base.yaml': COMPOSE.trimStart(),
  'server/server.mjs': SERVER.trimStart(),
  'proxy/site.conf': NGINX.trimStart(),
};
