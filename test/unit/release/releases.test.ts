import { describe, expect, it } from 'vitest';
import { newerThan } from '../../../src/release/latest.ts';
import {
  eventsOf,
  releasesOf,
  type LedgerEvent,
  type Release,
} from '../../../src/release/release.ts';

const release = (version: string, more: Partial<Release> = {}): Release => ({
  ...{ project: 'shop', version, tag: version, commit: 'a'.repeat(40) },
  ...{ committedAt: '2026-01-01T00:00:00Z', images: {}, checks: [], documents: {}, ...more },
});
const event = (one: Release, kind: LedgerEvent['kind'] = 'released'): LedgerEvent => ({
  ...{ kind, at: '2026-01-02T00:00:00Z', by: 'Ann', id: one.version, release: one },
});

describe('a ledger of several projects', () => {
  const events = ['shop', 'docs'].map((project) => event(release('1.0.0', { project })));

  it('tells each of its own, though versions are the same', () => {
    expect(eventsOf(events, 'docs')).toEqual([events[1]]);
    expect(releasesOf(events, 'docs').map((one) => one.release.project)).toEqual(['docs']);
    expect(releasesOf(events, 'other')).toEqual([]);
    expect(eventsOf(events, undefined)).toEqual(events);
  });
});

describe('latest', () => {
  const stays = (
    one: Release,
    events: readonly LedgerEvent[],
    place: 'integration' | 'release' = 'integration',
  ): string | undefined => newerThan(one, releasesOf(events, 'shop'), place)?.version;

  it('stays with the newest version, whatever is released after it', () => {
    const events = ['1.3.0', '2.0.0', '2.1.0-SNAPSHOT+a'].map((one) => event(release(one)));
    expect(stays(release('1.3.1'), events)).toBe('2.1.0-SNAPSHOT+a');
    expect(stays(release('2.1.0'), events)).toBeUndefined();
    expect(stays(release('2.1.0-SNAPSHOT+a'), events)).toBeUndefined();
  });

  it('goes by the time of commits among snapshots of one version', () => {
    const later = release('1.0.0-SNAPSHOT+b', { committedAt: '2026-01-03T00:00:00+02:00' });
    const earlier = release('1.0.0-SNAPSHOT+c', { committedAt: '2026-01-02T23:00:00Z' });
    expect(stays(later, [event(earlier)])).toBe(earlier.version);
    expect(stays(earlier, [event(later)])).toBeUndefined();
  });

  it('is of one place: what is not promoted has none there, nor what is in another registry', () => {
    const two = release('2.0.0');
    expect(stays(release('1.0.0'), [event(two)], 'release')).toBeUndefined();
    expect(stays(release('1.0.0'), [event(two), event(two, 'promoted')], 'release')).toBe('2.0.0');
    const elsewhere = release('2.0.0', { registry: 'old.example.com' });
    expect(stays(release('1.0.0'), [event(elsewhere)])).toBeUndefined();
  });
});
