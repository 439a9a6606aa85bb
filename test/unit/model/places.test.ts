import { describe, expect, it } from 'vitest';
import { hiddenPlaces, placesOf, type PlacesRequest } from '../../../src/model/places.ts';
import { CONTEXTS } from '../../../src/model/project.ts';

const REQUEST: PlacesRequest = {
  root: '/p',
  personFolder: '/home/ann/.local/state/onestack',
  id: '0123456789abcdef01234567',
  sockets: '/run/user/1000/onestack/0123456789abcdef01234567',
};

describe('placesOf', () => {
  it.each([REQUEST.sockets, `${REQUEST.personFolder}/instances/${REQUEST.id}/run`])(
    'shares nothing between contexts but what is the folder’s own (sockets in %s)',
    (sockets) => {
      const all = CONTEXTS.map((context) => placesOf({ ...REQUEST, sockets, context }));
      const key = (name: 'state' | 'sockets' | 'secrets' | 'composeFile' | 'ports') =>
        new Set(all.map((places) => places[name])).size;
      expect((['state', 'sockets', 'secrets', 'composeFile', 'ports'] as const).map(key)).toEqual([
        3, 3, 3, 3, 3,
      ]);
      for (const name of ['lock', 'idFile', 'id'] as const) {
        expect(new Set(all.map((places) => places[name])).size, name).toBe(1);
      }
      const inside = (path: string, folder: string) => path.startsWith(`${folder}/`);
      for (const places of all) {
        const hidden = hiddenPlaces(places);
        for (const path of [places.secrets, places.sockets, places.composeFile]) {
          expect(
            hidden.some((folder) => inside(path, folder)),
            path,
          ).toBe(true);
        }
      }
    },
  );
});
