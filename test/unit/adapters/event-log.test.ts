import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEventLog } from '../../../src/adapters/event-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onestack-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the event log', () => {
  it('is bounded: it rotates, and keeps the newest', () => {
    const path = join(folder, 'log.ndjson');
    const log = openEventLog(path, () => undefined, 1_000);
    for (let count = 0; count < 500; count += 1) log.append(`event ${count}`);
    log.close();
    expect(statSync(path).size + statSync(`${path}.1`).size).toBeLessThanOrEqual(2_000);
    expect(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)).toBe('event 499');
  });

  it('goes on where an earlier session left it', () => {
    const path = join(folder, 'log.ndjson');
    writeFileSync(path, 'earlier\n');
    const log = openEventLog(path, () => undefined);
    log.append('later');
    log.close();
    expect(readFileSync(path, 'utf8')).toBe('earlier\nlater\n');
  });

  it('that cannot be written says so once, and when it can be again', () => {
    const told: (string | undefined)[] = [];
    const place = join(folder, 'place');
    writeFileSync(place, 'a file where the folder should be');
    const log = openEventLog(join(place, 'log'), (error) => told.push(error?.message));
    for (const line of ['first', 'lost', 'lost']) log.append(line);
    expect(told).toHaveLength(1);
    rmSync(place);
    log.append('kept');
    expect(told).toHaveLength(2);
    expect(told[1]).toBeUndefined();
    log.close();
    expect(readFileSync(join(place, 'log'), 'utf8')).toBe('first\nkept\n');
  });
});
