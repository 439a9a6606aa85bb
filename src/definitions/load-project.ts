import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import { CHECK_KINDS } from '../model/checks.ts';
import { isMapping, mappingAt } from '../model/plain.ts';
import type { ComposeFiles, Project, RouterDefinition } from '../model/project.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { composeOf } from './chosen-compose.ts';
import { composeServiceNames } from './compose-services.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import { PROJECT_FILE } from './find-project.ts';
import { commandsOf } from './commands.ts';
import { modulesOf } from './modules.ts';
import { hooksOf } from './hooks.ts';
import { parityOf } from './parity.ts';
import { byPlace, DefinitionProblems } from './problems.ts';
import { gatesOf } from './gates.ts';
import { pipelineOf } from './pipeline.ts';
import { probesOf } from './probes.ts';
import { projectSchema, validParts } from './project-schema.ts';
import type { RawProject } from './project-schema.ts';
import { readSource } from './read-source.ts';
import { reportUses } from './references.ts';
import { validate } from './schema-issues.ts';
import { severalOf } from './schema-parts.ts';
import { reportService, windowsOf } from './windows.ts';
import type { KnownNames } from './windows.ts';
import { parseYaml } from './yaml-source.ts';
import type { YamlSource } from './yaml-source.ts';

export interface LoadProjectDeps {
  readonly files: Files;
  /** The Compose files beside it. */
  readonly compose?: ComposeFiles | undefined;
  /** Base images that there are, the project's and the tool's; not checked when not given. */
  readonly imageNames?: readonly string[];
  /** Entries of the service catalogue, the project's and the tool's; not checked when not given. */
  readonly catalogue?: readonly string[];
}

/** Names that mean something else where services are named. */
const RESERVED = ['host', 'tools', 'localhost'];

/**
 * Reads and validates `dev.yaml`.
 * @param root the project's folder, as `findProject` gives it.
 * @returns the project, or every problem that there is, in the order of the file.
 */
export function loadProject(
  root: string,
  deps: LoadProjectDeps,
): Result<Project, readonly Failure[]> {
  const text = readSource(deps.files, join(root, PROJECT_FILE), PROJECT_FILE);
  if (!text.ok) return fail([text.failure]);
  if (text.value === undefined) return fail([missingFile(root)]);
  const source = parseYaml(PROJECT_FILE, text.value);
  if (!source.ok) return source;
  if (source.value.value === null) return fail([emptyFile()]);
  const value = withoutEmptySections(withoutExtensions(source.value.value));
  const raw = validate(projectSchema, source.value, value);
  if (raw.ok) return projectOf(raw.value, source.value, root, deps);
  // What is right in itself is checked all the same, so that everything is told at once.
  const rest = projectOf(validParts(value), source.value, root, deps);
  return rest.ok ? raw : fail(byPlace([...raw.failure, ...rest.failure]));
}

function projectOf(
  raw: RawProject,
  source: YamlSource,
  root: string,
  deps: LoadProjectDeps,
): Result<Project, readonly Failure[]> {
  const problems = new DefinitionProblems(source);
  const context = {
    root,
    files: deps.files,
    imageNames: deps.imageNames,
  };
  const modules = modulesOf(raw.modules ?? {}, context, problems);
  const moduleNames = namesUnder(source, 'modules');
  reportUses(modules, moduleNames, problems);
  const services = servicesOf(raw, deps.catalogue, problems);
  const compose = composeOf(raw.compose, { root, ...deps }, problems);
  let others: { readonly names: readonly string[] | undefined } | undefined;
  const known: KnownNames = {
    modules: moduleNames,
    probes: namesUnder(source, 'probes'),
    services: [...moduleNames, ...namesUnder(source, 'services')],
    otherServices: () =>
      (others ??= { names: composeServiceNames(root, deps.files, compose) }).names,
  };
  reportNeeds(raw.modules ?? {}, known, problems);
  const windows = windowsOf(raw.windows ?? [], known, problems);
  const probes = probesOf(raw.probes ?? {}, known, problems);
  const commands = commandsOf(raw.commands ?? {}, known, problems);
  const hooks = hooksOf(raw.hooks ?? {}, { names: known, commands }, problems);
  const parity = parityOf(raw.parity ?? [], known, problems);
  const router = routerOf(raw.router, known, problems);
  const gates = gatesOf(raw.gates ?? {}, { modules, names: moduleNames }, problems);
  const pipeline = pipelineOf(raw.pipeline, { ...context, modules, names: moduleNames }, problems);
  if (problems.failures.length > 0) return fail(problems.failures);
  const { name } = raw;
  return ok({
    root,
    name,
    definedBy: 'dev.yaml',
    compose,
    modules,
    services,
    windows,
    probes,
    commands,
    hooks,
    parity,
    pipeline,
    gates,
    store: { registry: raw.store?.registry, signedBy: raw.store?.signedBy ?? [] },
    router,
  });
}

function routerOf(
  written: RawProject['router'],
  known: KnownNames,
  problems: DefinitionProblems,
): RouterDefinition | undefined {
  if (written === undefined || written === false) return undefined;
  const front = written === true ? undefined : written.front;
  if (front !== undefined) reportService(front, ['router', 'front'], known, problems);
  return { front };
}

/** Services that checks need and nothing defines. */
function reportNeeds(
  modules: NonNullable<RawProject['modules']>,
  known: KnownNames,
  problems: DefinitionProblems,
): void {
  for (const [name, module] of Object.entries(modules)) {
    for (const kind of CHECK_KINDS) {
      const check = module[kind];
      const needs = typeof check === 'object' ? check.needs : undefined;
      const at = ['modules', name, kind, 'needs'];
      severalOf(needs).forEach((service, index) => {
        reportService(service, Array.isArray(needs) ? [...at, index] : at, known, problems);
      });
    }
  }
}

/** Names that are written under a key, whether what they stand for is right or not. */
function namesUnder(source: YamlSource, key: 'modules' | 'services' | 'probes'): readonly string[] {
  return Object.keys(mappingAt(source.value, key));
}

function servicesOf(
  raw: RawProject,
  catalogue: readonly string[] | undefined,
  problems: DefinitionProblems,
): ReadonlyMap<string, string> {
  const services = new Map<string, string>();
  for (const [name, written] of Object.entries(raw.services ?? {})) {
    const entry = typeof written === 'string' ? written : written.from;
    services.set(name, entry);
    if (Object.hasOwn(raw.modules ?? {}, name)) {
      problems.atKey(['services', name], {
        what: `"${name}" is a module and a service`,
        cure: 'Rename one of the two: a module runs as the service of its name',
      });
    }
    if (catalogue !== undefined && !catalogue.includes(entry)) {
      problems.at(['services', name, ...(typeof written === 'string' ? [] : ['from'])], {
        what: `the catalogue has no service "${entry}"`,
        why: `an entry is a file compose/services/${entry}.yaml`,
        cure: didYouMean(entry, catalogue, 'There are'),
      });
    }
  }
  for (const kind of ['modules', 'services'] as const) {
    for (const name of Object.keys(raw[kind] ?? {}).filter((one) => RESERVED.includes(one))) {
      problems.atKey([kind, name], {
        what: `"${name}" cannot be the name of a ${kind === 'modules' ? 'module' : 'service'}`,
        why: 'the tool means something else by it',
        cure: 'Choose another name',
      });
    }
  }
  return services;
}

/** `x-…` keys at the top hold what people need for anchors, as in Compose files. */
function withoutExtensions(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-')));
}

/** Sections that are begun and hold nothing yet: `modules:`. */
const SECTIONS = [
  'modules',
  'services',
  'windows',
  'probes',
  'commands',
  'hooks',
  'parity',
  'pipeline',
];

function withoutEmptySections(value: unknown): unknown {
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([key, one]) => one !== null || !SECTIONS.includes(key)),
  );
}

function missingFile(root: string): Failure {
  return {
    reason: 'definition',
    what: `there is no ${PROJECT_FILE} in ${root}`,
    cure: 'Write one: "name: shop" is enough to begin with',
  };
}

function emptyFile(): Failure {
  return {
    reason: 'definition',
    what: `${PROJECT_FILE} is empty`,
    why: 'it has to name the project at least',
    cure: 'Write "name: shop", and the modules',
    at: { file: PROJECT_FILE, line: 1, column: 1 },
  };
}
