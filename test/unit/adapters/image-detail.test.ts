import type { ImageInspectInfo } from 'dockerode';
import { describe, expect, it } from 'vitest';
import { toImageDetail } from '../../../src/adapters/engine/translate-image.ts';

function gives(Healthcheck: object | undefined) {
  const Config = { ...(Healthcheck !== undefined && { Healthcheck }) };
  const info: Partial<ImageInspectInfo> = { Id: 'sha256:1', RootFS: { Type: 'layers' } };
  return toImageDetail(Object.assign({ ...info, Config }) as ImageInspectInfo).gives;
}

describe('the health check of an image', () => {
  it('has the times that it says, and none that is left to the engine', () => {
    const health = { Test: ['CMD', 'x'], Interval: 30e9, Timeout: 0, StartInterval: 250e6 };
    expect(gives(health)).toMatchObject({
      healthTest: ['CMD', 'x'],
      healthTimes: { interval: '30s', start_interval: '250ms' },
    });
    expect(Object.keys(gives(health).healthTimes)).toHaveLength(2);
    expect(gives(undefined)).toMatchObject({ healthTest: [], healthTimes: {} });
    expect(gives({ Test: ['NONE'] }).healthTest).toEqual([]);
  });
});
