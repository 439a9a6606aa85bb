import { httpProbe } from './http-probe.ts';

/** A project that is up in a few seconds: one module without dependencies, and a plain service. */
export function smallProject(port: number): Readonly<Record<string, string>> {
  return {
    'dev.yaml': `
name: small
modules:
  web:
    image: node
    install: false
    run: node server.js
`,
    'compose/base.yaml': `
services:
  web:
    depends_on: [store]
    environment: { GREETING: hello }
    healthcheck:
      test: ${httpProbe(3000)}
      interval: 1s
      timeout: 10s
      retries: 2
      start_period: 60s
      start_interval: 200ms
  store:
    image: onestack/os
    command: [sleep, infinity]
    init: true
    volumes: ['data:/data']
volumes:
  data:
`,
    'compose/dev.yaml': `
services:
  web:
    ports: ['${String(port)}:3000']
`,
    'web/server.js': `
require('node:http')
  .createServer((request, response) => response.end(process.env.GREETING))
  .listen(3000, () => console.log('listening'));
`,
  };
}
