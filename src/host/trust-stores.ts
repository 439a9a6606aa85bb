import { join } from 'node:path';
import type { World } from '../ports/world.ts';
import { findProgram, searchPaths } from './gather-system.ts';
import type { RemedyStep } from './steps.ts';
import { isAnchorName, SYSTEM_ANCHORS } from '../util/system-anchors.ts';

/** Where programs of the machine look: curl, git, Go, Python, Java; made of files by one program. */
export interface SystemStore {
  readonly kind: 'system';
  /** Of people's words. */
  readonly name: string;
  /** Folder with one file a certificate, absolute. */
  readonly folder: string;
  /** Takes what was added, and lets go of what is gone. */
  readonly update: readonly string[];
}

/** A browser's own, in the form of NSS. */
export interface BrowserStore {
  readonly kind: 'browser';
  readonly name: string;
  /** Holds `cert9.db`, absolute. */
  readonly folder: string;
  /** False: the browser is here and has not made it yet. */
  readonly exists: boolean;
}

export type TrustStore = SystemStore | BrowserStore;
type StoreWorld = Pick<World, 'files' | 'host'>;

/** The system's; undefined where it is none that is known here. */
export function systemStore(world: StoreWorld): SystemStore | undefined {
  const paths = searchPaths(world);
  const found = SYSTEM_ANCHORS.find(
    ({ folder, program }) =>
      world.files.isDirectory(folder) && findProgram(world, paths, program) !== undefined,
  );
  if (found === undefined) return undefined;
  const { folder, program } = found;
  return { kind: 'system', name: 'the system', folder, update: [program] };
}

/** Below the person's home: one store for all that Chromium's family runs there. */
const CHROMIUM = ['.pki/nssdb', '.local/share/pki/nssdb', 'snap/chromium/current/.pki/nssdb'];
/** Folders of profiles, each with its store. */
const FIREFOX: readonly (readonly [browser: string, folder: string])[] = [
  ['Firefox', '.mozilla/firefox'],
  ['Firefox', '.config/mozilla/firefox'],
  ['Firefox', 'snap/firefox/common/.mozilla/firefox'],
  ['Firefox', '.var/app/org.mozilla.firefox/.mozilla/firefox'],
  ['Firefox', '.var/app/org.mozilla.firefox/config/mozilla/firefox'],
  ['LibreWolf', '.librewolf'],
];
const CHROMIUM_PROGRAMS = [
  ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  ...['brave-browser', 'microsoft-edge', 'vivaldi'],
];

/** Every store of a browser that the person has. */
export function browserStores(world: StoreWorld): readonly BrowserStore[] {
  const { files, host } = world;
  const has = (folder: string): boolean => files.exists(join(folder, 'cert9.db'));
  const chromium = CHROMIUM.map((path) => join(host.home, path)).filter(has);
  const profiles = FIREFOX.flatMap(([name, path]) => {
    const parent = join(host.home, path);
    return files.list(parent).map((profile) => ({ name, folder: join(parent, profile) }));
  }).filter(({ folder }) => has(folder));
  const paths = searchPaths(world);
  const runs = CHROMIUM_PROGRAMS.some((name) => findProgram(world, paths, name) !== undefined);
  return [
    ...(chromium.length === 0 && runs ? [newStore(host.home, files)] : []),
    ...chromium.map((folder) => store('Chromium, Chrome', folder, true)),
    ...profiles.map(({ name, folder }) => store(name, folder, true)),
  ];
}

const store = (name: string, folder: string, exists: boolean): BrowserStore => ({
  kind: 'browser',
  name,
  folder,
  exists,
});

/** The older place is read by every version, but only where the newer one is not in use. */
function newStore(home: string, files: World['files']): BrowserStore {
  const isNewer = files.isDirectory(join(home, '.local/share/pki'));
  const folder = join(home, isNewer ? '.local/share/pki/nssdb' : '.pki/nssdb');
  return store('Chromium, Chrome', folder, false);
}

/** The file of a certificate in the system's store. */
export const systemFile = ({ folder }: SystemStore, name: string): string =>
  join(folder, `${name}.crt`);

/**
 * NSS asks a terminal for a store's password, again and again where there is none: an empty file is
 * the answer of those that have no password, and a refusal to all others.
 */
const nss = (folder: string): readonly string[] => ['-d', `sql:${folder}`, '-f', '/dev/null'];

export const nssList = (folder: string): readonly string[] => ['certutil', '-L', ...nss(folder)];
export const nssShow = (folder: string, name: string): readonly string[] => [
  ...nssList(folder),
  ...['-n', name, '-a'],
];

/** Names of ours in what `nssList` says, with whether sites are trusted by them. */
export function namesInNss(listed: string): ReadonlyMap<string, boolean> {
  const lines = listed.split('\n').map((line) => /^(\S+)\s+(\w*),\w*,\w*\s*$/.exec(line));
  return new Map(
    lines.flatMap((match) => {
      const [, name = '', flags = ''] = match ?? [];
      return isAnchorName(name) ? [[name, flags.includes('C')] as const] : [];
    }),
  );
}

/** What puts a certificate's file into a store, in the place of one of the same name. */
export function addSteps(
  store: TrustStore,
  name: string,
  file: string,
  replaces: boolean,
): readonly RemedyStep[] {
  if (store.kind === 'system') {
    return [
      {
        label: 'put the certificate into the system’s store',
        argv: ['install', '-m', '644', file, systemFile(store, name)],
        asRoot: true,
        quiet: true,
      },
      { label: 'make the system trust it', argv: store.update, asRoot: true },
    ];
  }
  const { folder, exists } = store;
  const own = { asRoot: false, quiet: true };
  const made = ['certutil', '-N', '-d', `sql:${folder}`, '--empty-password'];
  const add = ['certutil', '-A', ...nss(folder), '-t', 'C,,', '-n', name, '-i', file];
  return [
    ...(exists
      ? []
      : [
          { label: `make ${folder}`, argv: ['mkdir', '-p', '-m', '700', folder], ...own },
          { label: `make a store in ${folder}`, argv: made, ...own },
        ]),
    ...(replaces ? removeSteps(store, name) : []),
    { label: `make ${store.name} trust it`, argv: add, asRoot: false },
  ];
}

/** What takes it out again. */
export function removeSteps(store: TrustStore, name: string): readonly RemedyStep[] {
  if (store.kind === 'browser') {
    const argv = ['certutil', '-D', ...nss(store.folder), '-n', name];
    return [{ label: `take it out of ${store.name}`, argv, asRoot: false }];
  }
  return [
    {
      label: 'take the certificate out of the system’s store',
      argv: ['rm', '-f', systemFile(store, name)],
      asRoot: true,
      quiet: true,
    },
    { label: 'make the system forget it', argv: store.update, asRoot: true },
  ];
}
