import type { ContainerInfo } from 'dockerode';
import { describe, expect, it } from 'vitest';
import { toSummary } from '../../../src/adapters/engine/translate-container.ts';

const LISTED: Omit<ContainerInfo, 'State' | 'Status'> = {
  Id: '1',
  Names: ['/x-two-1'],
  Image: 'two',
  ImageID: 'sha256:1',
  Command: '',
  Created: 1,
  Ports: [],
  Labels: {},
  HostConfig: { NetworkMode: 'bridge' },
  NetworkSettings: { Networks: {} },
  Mounts: [],
};

const stateOf = (State: string): string =>
  toSummary({ ...LISTED, State, Status: 'Exited (137) 1 second ago' }).state;

describe('the state of a container', () => {
  it('is Docker’s own word, or what Podman’s own word means', () => {
    expect(['created', 'paused', 'exited', 'dead'].map(stateOf)).toEqual([
      'created',
      'paused',
      'exited',
      'dead',
    ]);
    // Podman: ended, and its network and mounts not cleared up yet (never, if the machine kills who does that).
    expect(stateOf('stopped')).toBe('exited');
    expect(['stopping', 'configured', 'initialized'].map(stateOf)).toEqual([
      'running',
      'created',
      'created',
    ]);
  });

  it('is taken as dead where nobody knows the word', () => {
    expect(['unknown', '', 'constructor', '__proto__'].map(stateOf)).toEqual(Array(4).fill('dead'));
  });
});
