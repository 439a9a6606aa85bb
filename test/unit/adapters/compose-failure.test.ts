import { describe, expect, it } from 'vitest';
import { composeFailure } from '../../../src/adapters/compose-failure.ts';

const TAKEN = [
  'Error response from daemon: driver failed programming external connectivity on endpoint shop-proxy-1 (a98): Bind for 127.0.0.1:8443 failed: port is already allocated',
  'Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint a (b): failed to bind host port for 127.0.0.1:8443:172.18.0.2:443/tcp: address already in use',
  'Error response from daemon: driver failed programming external connectivity on endpoint a: Error starting userland proxy: listen tcp4 127.0.0.1:8443: bind: address already in use',
  'Error response from daemon: Ports are not available: exposing port TCP 127.0.0.1:8443 -> 0.0.0.0:0: listen tcp 127.0.0.1:8443: bind: Only one usage of each socket address is normally permitted. address already in use',
];

describe('composeFailure', () => {
  it('knows the port that was taken, however the engine says it', () => {
    for (const line of TAKEN) {
      expect(composeFailure('up', 1, ` Container a  Starting\n${line}\n`)).toMatchObject({
        reason: 'port-taken',
        what: 'port 8443 was taken by another program just now',
        why: line,
        about: { port: 8443 },
      });
    }
  });

  it('gives the line that tells most, and the last ones', () => {
    const stderr = ' Container a  Starting\nError response from daemon: no such image\n';
    expect(composeFailure('up', 1, stderr)).toMatchObject({
      reason: 'service',
      what: 'docker compose up failed (exit 1)',
      why: 'Error response from daemon: no such image',
    });
  });

  it('knows an engine that went away', () => {
    const stderr =
      'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?';
    expect(composeFailure('up', 1, stderr).reason).toBe('no-engine');
  });
});
