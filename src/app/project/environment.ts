import {
  applyTool,
  mergeCompose,
  services,
  servicesOff,
  toPlain,
  type Layer,
  type MergedCompose,
} from '../../compose/load/merge.ts';
import { shownPlace } from '../../compose/source.ts';
import { nodeAt } from '../../compose/tree.ts';
import type { Failure } from '../../events/failure.ts';
import { baseImageOf, imageEdits, switchOffEdits } from '../../generate/tool-edits.ts';
import { credentialEdits, maskEdits } from '../../generate/mask-edits.ts';
import type { Hierarchy } from '../../images/hierarchy.ts';
import { leftOutEdits, leftOutMounts, type LeftOutMount } from '../../generate/baked-mounts.ts';
import { jobEdits } from '../../generate/job-edits.ts';
import { isolationEdits } from '../../generate/isolation-edits.ts';
import { hiddenPlaces } from '../../model/places.ts';
import type { OpenProject } from '../../model/open-project.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import type { Host } from '../../ports/host.ts';
import { ok, type Result } from '../../util/result.ts';
import { bakedCode } from './baked-code.ts';
import { readComposeEnvironment } from './compose-environment.ts';
import { imagesRun, projectHierarchy } from './image-versions.ts';
import { namedVersions } from './named-versions.ts';
import { guardedPlaces } from './guarded-places.ts';
import { withOwnContainers } from './own-containers.ts';
import { mountLeads, type MountLeads } from './mount-leads.ts';
import { shownIn } from './read-project.ts';

/** What the definition files come to, before the engine was asked anything. */
export interface MergedEnvironment {
  readonly merged: MergedCompose;
  /** The same before the settings and the tool's own edits: what people and layers wrote. */
  readonly written: MergedCompose;
  /** `merged` as plain data. */
  readonly document: PlainMapping;
  /** The variables that the files may name, those of `.env` included. */
  readonly variables: Readonly<Record<string, string>>;
  /** Service names in dependency order. */
  readonly order: readonly string[];
  /** Profiles that are on. */
  readonly activeProfiles: readonly string[];
  /** Services that their profiles keep from running, with those. */
  readonly profilesOff: ReadonlyMap<string, readonly string[]>;
  /**
   * Variables of environment files that configs and secrets take their contents from: Compose, which
   * reads the merged file elsewhere, does not find them by itself. Values may be secret.
   */
  readonly forContents: Readonly<Record<string, string>>;
  /** Names of the base images that services run. */
  readonly neededImages: readonly string[];
  /** The hierarchy with the versions that only Compose files and Dockerfiles of services name. */
  readonly hierarchy: Hierarchy;
  /** Absolute paths of what the Compose files had read: includes, extended files, variables. */
  readonly filesRead: readonly string[];
  /** Where the mounts led then: asked before anybody agrees to anything, so that no later swap counts. */
  readonly mountLeads: MountLeads;
  /** Services and modules that the settings let not run. */
  readonly switchedOff: ReadonlySet<string>;
  /** Mounts that would hide the code of images, each with its place. */
  readonly leftOut: readonly (LeftOutMount & { readonly at: string })[];
}

export interface MergedEnvironmentRequest {
  readonly opened: OpenProject;
  readonly hierarchy: Hierarchy;
  /** The files that Compose would find, in merge order: below everything else. */
  readonly compose: readonly Layer[];
  /** In merge order: the catalogue's, the tool's, the project's own. */
  readonly layers: readonly Layer[];
}

/** Modules and services that `dev.settings.yaml` switches off. */
export function switchedOffServices({ settings }: OpenProject): ReadonlySet<string> {
  const all = [...settings.modules, ...settings.services];
  return new Set(all.flatMap(([name, { run }]) => (run ? [] : [name])));
}

/** As Compose has it: those of `--profile`, else those of the environment. */
export function activeProfiles(
  asked: readonly string[],
  variables: Readonly<Record<string, string>>,
): readonly string[] {
  if (asked.length > 0) return asked;
  const names = (variables['COMPOSE_PROFILES'] ?? '').split(',').map((name) => name.trim());
  return names.filter((name) => name !== '');
}

function contentVariables(
  document: PlainMapping,
  variables: Readonly<Record<string, string>>,
  outside: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const objects = ['configs', 'secrets'].flatMap((kind) =>
    Object.values(mappingAt(document, kind)),
  );
  const found = objects.flatMap((object): [string, string][] => {
    const name = isMapping(object) ? object['environment'] : undefined;
    if (typeof name !== 'string' || outside[name] !== undefined) return [];
    const value = variables[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(found);
}

/** Merges all layers into the document of one context, with the settings and exact images applied. */
export function mergeEnvironment(
  { opened, hierarchy: plain, compose, layers }: MergedEnvironmentRequest,
  { files, host }: { readonly files: Files; readonly host: Host },
): Result<MergedEnvironment, readonly Failure[]> {
  const { root } = opened.project;
  const directory = opened.project.compose?.directory ?? root;
  const display = (path: string): string => shownIn(root, path);
  const folders = [root, directory];
  const { environment } = host;
  const filesRead = new Set<string>();
  const readFile = (path: string): ReturnType<Files['read']> => {
    filesRead.add(path);
    return files.read(path);
  };
  const reading = { read: readFile, isDirectory: (path: string) => files.isDirectory(path) };
  const read = readComposeEnvironment({ folders, environment, display }, reading);
  if (!read.ok) return read;
  const { variables } = read.value;
  const active = activeProfiles(opened.profiles, variables);
  const profiles = [...new Set([...active, ...opened.kept.profiles])];
  const merged = mergeCompose({
    ...(layers.length === 0
      ? { layers: compose, projectDirectory: directory }
      : { base: { layers: compose, directory }, layers, projectDirectory: root }),
    projectName: opened.instance,
    environment: variables,
    origins: read.value.origins,
    unset: read.value.unset,
    profiles,
    named: [...opened.named, ...opened.kept.services],
    interpolate: true,
    readFile,
    display,
  });
  if (!merged.ok) return merged;

  const hiding = leftOutMounts(toPlain(merged.value), bakedCode(opened));
  const leftOut = hiding.map((mount) => {
    const path = ['services', mount.service, 'volumes', String(mount.index)];
    const at = nodeAt(merged.value.root, path)?.at;
    return { ...mount, at: at === undefined ? '' : shownPlace(at) };
  });
  const { modules } = opened.project;
  const own = applyTool(merged.value, [
    ...leftOutEdits(hiding),
    ...jobEdits(toPlain(merged.value), modules, opened.baked === undefined),
  ]);
  // What is tried reaches nothing of others', whatever they are called in the definition.
  const written = opened.trial === undefined ? own : applyTool(own, isolationEdits(toPlain(own)));
  const switchedOff = switchedOffServices(opened);
  const switched = applyTool(written, switchOffEdits(toPlain(written), switchedOff));
  const chosen = withOwnContainers(switched, opened.instance);
  const named = toPlain(chosen);
  const versions = namedVersions(named, chosen.root, plain, files);
  if (!versions.ok) return versions;
  const toolDirectory = host.toolDirectory;
  const request = { files, projectRoot: root, toolDirectory };
  const whole =
    versions.value.length === 0
      ? ok(plain)
      : projectHierarchy(ok(plain), imagesRun(opened.project), request, versions.value);
  if (!whole.ok) return whole;
  const hierarchy = whole.value;
  const references = new Map([...hierarchy].map(([name, { reference }]) => [name, reference]));
  const final = applyTool(chosen, [
    ...imageEdits(named, references),
    ...credentialEdits(named, opened.places),
    ...maskEdits(
      named,
      {
        hidden: hiddenPlaces(opened.places),
        guarded: guardedPlaces(opened, files),
        root: opened.project.root,
      },
      (path) => files.realPath(path) ?? path,
    ),
  ]);
  const images = Object.values(mappingAt(named, 'services')).flatMap(
    (service) => baseImageOf(service) ?? [],
  );
  return ok({
    merged: final,
    written,
    document: toPlain(final),
    variables,
    order: services(final),
    activeProfiles: profiles,
    forContents: contentVariables(toPlain(final), variables, environment),
    profilesOff: servicesOff(final),
    neededImages: [...new Set(images)],
    hierarchy,
    filesRead: [...filesRead],
    mountLeads: mountLeads(toPlain(final), root, files),
    switchedOff,
    leftOut,
  });
}
