import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../src/ports/engine.ts';
import type { World } from '../../src/ports/world.ts';
import { Stack } from '../support/again-rounds.ts';
import { seeded } from '../support/random.ts';

const stack = new Stack(seeded(1));
beforeAll(async () => {
  await stack.images();
  expect(await stack.cold(true), stack.failure).toBeGreaterThan(0);
});
afterAll(() => stack.remove());

/** A world in which something happens each time that the containers have been listed. */
async function worldWhere(happens: (listing: number) => Promise<Partial<Engine>>): Promise<World> {
  const world = stack.world(0);
  const engine = await world.engine();
  let listing = 0;
  return {
    ...world,
    engine: () =>
      Promise.resolve({
        ...engine,
        containers: async (project) => {
          const listed = await engine.containers(project);
          listing += 1;
          const instead = await happens(listing);
          return instead.containers?.(project) ?? listed;
        },
      }),
  };
}

it('plans again when what runs has changed since the plan was made', async () => {
  writeFileSync(join(stack.folder, 'one.env'), 'COLOUR=green\n');
  const notes: string[] = [];
  const world = await worldWhere(async (listing) => {
    if (listing === 1) await stack.edited.docker('rm', '--force', `${stack.name}-side-1`);
    return {};
  });
  const result = await stack.bring(world, (event) => {
    if (event.kind === 'note') notes.push(event.text);
  });
  expect(notes).toContain(
    'what runs has changed since the plan was made, planning again: ' +
      `container ${stack.name}-side-1 is gone`,
  );
  expect(result.ok && result.value.plan.steps.map(({ id }) => id).sort()).toEqual(
    expect.arrayContaining([expect.stringContaining('side'), expect.stringContaining('web')]),
  );
  expect(await stack.cold(false)).toBe(0);
});

it('changes nothing where what runs never keeps still', async () => {
  writeFileSync(join(stack.folder, 'one.env'), 'COLOUR=brown\n');
  const before = await stack.edited.docker('inspect', '--format={{.Id}}', `${stack.name}-web-1`);
  const engine = await stack.world(0).engine();
  const world = await worldWhere((listing) =>
    Promise.resolve({
      containers: async (project) => {
        const listed = await engine.containers(project);
        if (!listed.ok) return listed;
        const value = listed.value.map((one) => ({ ...one, id: `${String(listing)}${one.id}` }));
        return { ok: true, value };
      },
    }),
  );
  const result = await stack.bring(world, () => undefined);
  expect(!result.ok && result.failure.map(({ reason }) => reason)).toEqual(['world-changed']);
  const after = await stack.edited.docker('inspect', '--format={{.Id}}', `${stack.name}-web-1`);
  expect(after.stdout).toBe(before.stdout);
});
