import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import { policyOf } from '../model/context-policy.ts';
import { placesOf, type Places } from '../model/places.ts';
import { CONTEXTS, type Context } from '../model/project.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import {
  changeClaims,
  idOfRoot,
  INSTANCE_ID,
  INSTANCE_NAME,
  instanceRecord,
  readClaims,
  writeRecord,
  type Claim,
  type InstanceDeps,
  type Claims,
} from './claims.ts';
import { personFolder } from './person-folder.ts';
import { UNCLAIMED, placesIn, chooseSockets, isUsable } from './instance-places.ts';

/** A folder's Compose project name, and where its own things lie. */
export interface Instance {
  readonly name: string;
  readonly places: Places;
}

/** A folder name as a part of a Compose project name: `My Clone` → `my-clone`. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '');
}

/**
 * The name for a folder: the project's own when nobody else has it, else with the folder's name,
 * else with a number.
 * @param taken names of other folders.
 */
export function freeInstanceName(
  project: string,
  root: string,
  taken: ReadonlySet<string>,
): string {
  const all = new Set([...taken].flatMap(namesInContexts));
  const isFree = (name: string): boolean => namesInContexts(name).every((one) => !all.has(one));
  if (isFree(project)) return project;
  const folder = slug(basename(root));
  const withFolder = folder.startsWith(`${project}-`) ? folder : `${project}-${folder}`;
  if (folder !== '' && folder !== project && isFree(withFolder)) return withFolder;
  let number = 2;
  while (!isFree(`${project}-${String(number)}`)) number += 1;
  return `${project}-${String(number)}`;
}

/** What an instance is called in a context: development has the name itself. */
function nameIn(context: Context, name: string): string {
  return policyOf(context).isMain ? name : `${name}-${context}`;
}

const namesInContexts = (name: string): readonly string[] =>
  CONTEXTS.map((context) => nameIn(context, name));

/** The instance of the same folder that runs in another context, beside that of development. */
export function instanceIn(
  context: Context,
  { name, places }: Instance,
  { host }: Pick<InstanceDeps, 'host'>,
): Instance {
  if (policyOf(context).isMain) return { name, places };
  const { root, id, sockets } = places;
  const own = placesOf({ root, personFolder: personFolder(host), id, sockets, context });
  return { name: nameIn(context, name), places: own };
}

/** Files that make a project of a folder; `.env` may name a Compose file of any name. */
const PROJECT_FILES = /^(?:dev\.yaml|(?:docker-)?compose\.ya?ml|\.env)$/;

/** Whether a folder is a project still: one whose `dev.yaml` or Compose file is gone is none. */
function isProject(folder: string, files: Pick<Files, 'list'>): boolean {
  return files.list(folder).some((name) => PROJECT_FILES.test(name));
}

/** Other folders that are still there, with their claims. */
function others(
  root: string,
  registry: Claims,
  { files }: InstanceDeps,
): readonly (readonly [string, Claim])[] {
  return [...registry].filter(([folder]) => folder !== root && isProject(folder, files));
}

/** Where older versions of the tool wrote what a folder is called. */
export const OLD_NAME_FILE = '.dev/state/instance';

/** What is known of a folder. */
interface Known {
  readonly instance: string;
  /** Undefined when an older version of the tool gave the name: it kept everything in `.dev`. */
  readonly id: string | undefined;
}

/**
 * What a folder has claimed, or, when it was moved here, what it brings along: an id that nobody can
 * guess. A copy of a folder that is still there has nothing. A name alone, as older versions left it
 * in the folder, counts only where the person's registry has it of a folder that is gone.
 */
function knownOf(root: string, registry: Claims, deps: InstanceDeps): Known | undefined {
  const claim = registry.get(root);
  if (claim?.id !== undefined) return { instance: claim.instance, id: claim.id };
  const brought = broughtId(root, deps);
  if (claim !== undefined) {
    const own = brought !== undefined && instanceRecord(brought, deps)?.root === root;
    return { instance: claim.instance, id: own ? brought : idOfRoot(root, deps) };
  }
  const taken = new Set(others(root, registry, deps).map(([, { instance }]) => instance));
  const record = brought === undefined ? undefined : instanceRecord(brought, deps);
  if (record !== undefined && !taken.has(record.instance)) {
    const isThere = record.root !== root && isProject(record.root, deps.files);
    if (!isThere) return { instance: record.instance, id: brought };
  }
  const name = lineOf(join(root, OLD_NAME_FILE), root, deps);
  const gone = [...registry].some(([, old]) => old.instance === name && old.id === undefined);
  if (name === undefined || !gone || taken.has(name)) return undefined;
  return { instance: name, id: undefined };
}

function broughtId(root: string, deps: InstanceDeps): string | undefined {
  const { idFile } = placesIn(root, 'none', undefined, deps);
  const id = lineOf(idFile, root, deps);
  return id !== undefined && INSTANCE_ID.test(id) ? id : undefined;
}

function lineOf(path: string, root: string, { files }: InstanceDeps): string | undefined {
  const text = files.confined(root).read(path);
  return text.ok ? text.value?.trim() : undefined;
}

/** Every folder that this person has brought up on this machine, whether it is still there or not. */
export function allInstances(
  deps: InstanceDeps,
): Result<readonly (Instance & { readonly isThere: boolean })[], Failure> {
  const registry = readClaims(deps);
  if (!registry.ok) return registry;
  const found = [...registry.value].map(([root, { instance, id, sockets }]) => ({
    name: instance,
    places: placesIn(root, id ?? UNCLAIMED, sockets, deps),
    isThere: isProject(root, deps.files),
  }));
  return ok(found.toSorted((one, other) => (one.name < other.name ? -1 : 1)));
}

/**
 * What a folder has claimed; undefined when it has not been up yet.
 * @param root absolute, symlinks resolved.
 */
export function knownInstance(
  root: string,
  deps: InstanceDeps,
): Result<Instance | undefined, Failure> {
  const registry = readClaims(deps);
  if (!registry.ok) return registry;
  const known = knownOf(root, registry.value, deps);
  if (known === undefined) return ok(undefined);
  const sockets = registry.value.get(root)?.sockets;
  return ok({ name: known.instance, places: placesIn(root, known.id ?? UNCLAIMED, sockets, deps) });
}

/**
 * The Compose project name of a folder: two clones or worktrees of one project have different ones,
 * and each keeps its own, also when `.dev` is deleted, or the folder is moved, or the project gets
 * another name: its data is called so. Names of folders that are gone are free again, their keys and
 * credentials are not.
 */
export async function claimInstance(
  root: string,
  project: string,
  deps: InstanceDeps,
): Promise<Result<Instance, Failure>> {
  const registry = readClaims(deps);
  if (!registry.ok) return registry;
  const claim = registry.value.get(root);
  const { id, sockets } = claim ?? {};
  if (claim?.project === project && id !== undefined && sockets !== undefined) {
    if (isUsable(sockets, id, deps)) {
      return ok({ name: claim.instance, places: placesIn(root, id, sockets, deps) });
    }
  }
  if (!INSTANCE_NAME.test(project)) {
    return fail({ reason: 'definition', what: `${project} is no name for a project` });
  }
  const claimed = await changeClaims(deps, (before) => newClaim(root, project, before, deps));
  if (claimed.ok && claim !== undefined && claim.project !== project) {
    const text = `goes on as ${claimed.value.name}, the name of its data; "dev clean --volumes" gives it back`;
    deps.report({ kind: 'note', level: 'info', text });
  }
  return claimed;
}

function newClaim(root: string, project: string, registry: Claims, deps: InstanceDeps) {
  const known = knownOf(root, registry, deps);
  const instance = known?.instance ?? freeName(root, project, registry, deps);
  const id = known?.id ?? randomBytes(12).toString('hex');
  const before = registry.get(root)?.sockets;
  const keeps = known?.id !== undefined && before !== undefined && isUsable(before, id, deps);
  const sockets = keeps ? before : chooseSockets(id, deps);
  // First the folder, then the claim on it: after a kill in between there is one folder more.
  const takesOver =
    known?.id === undefined ? known !== undefined : instanceRecord(id, deps)?.takesOver;
  const written = writeRecord(id, { root, instance, takesOver: takesOver === true }, deps);
  if (!written.ok) return written;
  const claim: Claim = { project, instance, id, sockets };
  const there = new Set(others(root, registry, deps).map(([folder]) => folder));
  const kept = [...registry].filter(
    ([folder, old]) =>
      there.has(folder) ||
      // What an older version named may have been moved; nothing else tells its name then.
      (folder !== root && old.id === undefined && old.instance !== instance),
  );
  const claims = new Map([...kept, [root, claim]]);
  return ok({
    registry: claims,
    value: { name: instance, places: placesIn(root, id, sockets, deps) },
  });
}

function freeName(root: string, project: string, registry: Claims, deps: InstanceDeps): string {
  const taken = new Set(others(root, registry, deps).map(([, { instance }]) => instance));
  return freeInstanceName(project, root, taken);
}

/**
 * What a folder has or would get, for commands that change nothing.
 * @param project `name:` of its dev.yaml.
 */
export function expectedInstance(
  root: string,
  project: string,
  deps: InstanceDeps,
): Result<Instance, Failure> {
  const registry = readClaims(deps);
  if (!registry.ok) return registry;
  const known = knownOf(root, registry.value, deps);
  const name = known?.instance ?? freeName(root, project, registry.value, deps);
  const sockets = registry.value.get(root)?.sockets;
  return ok({ name, places: placesIn(root, known?.id ?? UNCLAIMED, sockets, deps) });
}

/** Gives a folder's name back: `dev clean`. */
export async function releaseInstance(
  root: string,
  deps: InstanceDeps,
): Promise<Result<void, Failure>> {
  return changeClaims(deps, (registry) =>
    ok({
      registry: new Map([...registry].filter(([folder]) => folder !== root)),
      value: undefined,
    }),
  );
}
