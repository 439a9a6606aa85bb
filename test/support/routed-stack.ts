import { httpProbe } from './http-probe.ts';

/** Answers with its name, and with what it got; echoes over WebSockets. Wants `ws` beside it. */
export const ROUTED_SERVER = `
const http = require('node:http');
const { WebSocketServer } = require('./ws');
const { NAME, PORT } = process.env;
const server = http.createServer((request, response) => {
  let bytes = 0;
  request.on('data', (chunk) => (bytes += chunk.length));
  request.on('end', () => response.end(JSON.stringify({ name: NAME, bytes, headers: request.headers })));
});
new WebSocketServer({ server }).on('connection', (socket) =>
  socket.on('message', (data) => socket.send(NAME + ' ' + data)));
server.listen(Number(PORT));
`;

/** Two services of it, without published ports. */
export const ROUTED_COMPOSE = `
x-server: &server
  image: onestack/node
  command: [node, /srv/server.cjs]
  init: true
  stop_grace_period: 0s
  volumes: ['./server:/srv:ro']
  healthcheck:
    test: ${httpProbe('$$PORT')}
    interval: 5s
    start_interval: 100ms
    start_period: 60s
services:
  web:
    <<: *server
    environment: { NAME: web, PORT: 3000 }
    expose: ['3000']
  api:
    <<: *server
    environment: { NAME: api, PORT: 4000 }
`;
