import * as z from 'zod/mini';
import { forEachCheck } from '../model/checks.ts';
import { FORMAT_NAMES } from '../checks/diagnostics/read-output.ts';
import { BARE_PANES, KEYED_PANES, PANES } from '../model/window.ts';
import type { KeyedPane } from '../model/window.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import { gates } from './gates-schema.ts';
import { pipeline } from './pipeline-schema.ts';
import {
  pathBelow,
  duration,
  environment,
  name,
  optional,
  projectNameSchema,
  required,
  nonBlankText,
  texts,
} from './schema-parts.ts';

/** What `dev.yaml` may hold. The one source: it validates, types, and is published as JSON Schema. */

const outputFormat = z.enum(FORMAT_NAMES);

const checkOptions = z.strictObject({
  run: required(nonBlankText, 'Shell text, run in the module’s folder inside its container.'),
  timeout: optional(duration, 'Past this it is killed and has failed. Default 10m.', '90s', '2m'),
  daemon: optional(
    z.boolean(),
    'The command watches by itself (tsc --watch): keep it alive and read it.',
  ),
  incremental: optional(
    z.boolean(),
    'False: each run looks at everything. Default: what known tools found out before is kept, where the result is the same.',
  ),
  format: optional(
    z.union([outputFormat, z.array(outputFormat)]),
    'Output formats to read diagnostics with. Default: all known ones are tried.',
    'tsc',
    ['node-test'],
  ),
  pattern: optional(
    nonBlankText,
    'Own regular expression for a line with a diagnostic: groups file, line, column, severity, code, message.',
    '^(?<file>[^:]+):(?<line>\\d+): (?<message>.*)$',
  ),
  environment,
  needs: optional(texts, 'Services that have to be ready while it runs.', ['db']),
});

const check = z.union([nonBlankText, checkOptions]);

const install = z.union([
  z.literal(false),
  nonBlankText,
  z.strictObject({
    run: required(nonBlankText, 'Shell text that installs the locked dependencies.', 'npm ci'),
    lockfiles: optional(texts, 'Files that key the dependencies, relative to the module.'),
    directories: optional(texts, 'Folders with what was installed, kept in a volume.', [
      'node_modules',
    ]),
    production: optional(
      nonBlankText,
      'Shell text that installs only what production needs, into the same folders.',
      'npm ci --omit=dev',
    ),
  }),
]);

const ownBuild = z.union([
  nonBlankText,
  z.strictObject({
    context: optional(
      nonBlankText,
      'Folder that the build is sent, relative to the module. Default: the module’s own.',
    ),
    dockerfile: optional(nonBlankText, 'Its Dockerfile, relative to the context.', 'Dockerfile'),
    target: optional(nonBlankText, 'The stage that is the image. Default: the last.', 'dev'),
    args: optional(
      z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      'Values of its ARGs.',
    ),
  }),
]);

const moduleImage = z.union([
  nonBlankText,
  z.strictObject({
    build: required(ownBuild, 'Folder with a Dockerfile of its own, relative to the module.', '.'),
  }),
]);

const moduleSchema = z.strictObject({
  path: optional(nonBlankText, 'Its folder, relative to the project. Default: the module’s name.'),
  image: required(
    moduleImage,
    'Base image that it runs in, or how one of its own is built: { build: . }.',
    ...['node', 'go', 'python', 'java'],
  ),
  uses: optional(z.union([name, z.array(name)]), 'Other modules whose code this one imports.'),
  install: optional(
    install,
    'How its locked dependencies are installed; false for not at all. Default: by lockfile.',
  ),
  ...forEachCheck(({ summary }) => optional(check, summary)),
  incremental: optional(
    z.boolean(),
    'False: each run of its checks looks at everything; a check may say otherwise.',
  ),
  run: optional(
    nonBlankText,
    'What its container runs, shell text. Without it the module is a library.',
  ),
  production: optional(
    nonBlankText,
    'What its image runs, where that is not `run`: that one watches its sources, for instance.',
    'npm start',
  ),
  bundle: optional(
    nonBlankText,
    'What makes files of its artifact that development does without, shell text; `dev ci` runs it after `compile`.',
    'npm run build',
  ),
  restart: optional(
    z.enum(['on-compile', 'after-test', 'never']),
    'Whether a good compile restarts it (a save, where there is nothing to compile), or only a test that passed. Default on-compile for what has run.',
  ),
  artifact: optional(texts, 'What its build produces, relative to the module.', ['dist']),
  carries: optional(
    texts,
    'Files that its image holds on purpose, though they look like secrets or sources; patterns, relative to the module.',
    ['certs/test.key'],
  ),
  dockerfile: optional(
    nonBlankText,
    'File with lines of a Dockerfile that its production image gets (HEALTHCHECK, EXPOSE, ENV, LABEL, RUN, …), relative to the module.',
    'production.Dockerfile',
  ),
  ignore: optional(texts, 'Files that the watcher ignores beyond .gitignore, in its syntax.'),
});

const service = z.union([
  name,
  z.strictObject({ from: required(name, 'Entry of the catalogue.', 'postgres', 'redis') }),
]);

const paneKey = (kind: KeyedPane) => {
  const { about, summary } = PANES[kind];
  return optional(about === 'module' || about === 'probe' ? name : nonBlankText, summary);
};

/** Every pane kind has its own key, so that `- logs: api` says it all. */
const pane = z.union([
  z.enum(BARE_PANES),
  z.strictObject({
    // Object.fromEntries forgets which keys there are.
    ...(Object.fromEntries(KEYED_PANES.map((kind) => [kind, paneKey(kind)])) as Record<
      KeyedPane,
      ReturnType<typeof paneKey>
    >),
    in: optional(nonBlankText, 'Where the command runs: a service, tools or host. Default host.'),
  }),
]);

const window = z.strictObject({
  name: required(nonBlankText, 'What it is called.'),
  layout: optional(
    z.enum(['tiled', 'rows', 'columns', 'main-left', 'main-top']),
    'How the panes lie. Default tiled.',
  ),
  panes: required(
    z.array(pane).check(z.minLength(1, 'a window has at least one pane')),
    'What it shows, in order.',
  ),
});

const command = z.union([
  nonBlankText,
  z.strictObject({
    run: required(
      nonBlankText,
      'Shell text; arguments come at its end, or where it has "$@".',
      'npm run seed',
    ),
    in: optional(
      nonBlankText,
      'Where it runs: a service, tools or host (which you are asked about). Default tools.',
      'api',
      'host',
    ),
    about: optional(nonBlankText, 'One line for the list.', 'Fills the database'),
    environment,
  }),
]);

const hookOptions = z.strictObject({
  run: optional(nonBlankText, 'Shell text.', 'npm run migrate'),
  command: optional(name, 'Instead: one of commands:, with its place and environment.', 'seed'),
  in: optional(
    nonBlankText,
    'Where it runs: a service, tools or host (which you are asked about). Default tools.',
    'api',
    'host',
  ),
  environment,
  timeout: optional(duration, 'Past this it is ended and has failed. Default 30m.', '5m'),
});

const hookList = z.union([
  nonBlankText,
  hookOptions,
  z.array(z.union([nonBlankText, hookOptions])),
]);

const hooks = z.strictObject({
  'after-reset': optional(
    hookList,
    'Run once, one after the other, when data is new: seeds, a dump that is restored.',
  ),
  'after-up': optional(hookList, 'Run one after the other at the end of every dev up: migrations.'),
  'before-down': optional(hookList, 'Run one after the other before dev down ends anything.'),
});

const status = z.int().check(z.minimum(100), z.maximum(599));

const expectation = z.union([
  status,
  z.strictObject({
    status: optional(
      z.union([status, z.array(status)]),
      'Allowed statuses. Default: any below 400.',
    ),
    contains: optional(nonBlankText, 'Text that the body contains.'),
    matches: optional(nonBlankText, 'Regular expression that the body matches.'),
  }),
]);

const requestKeys = {
  url: required(
    nonBlankText,
    'http(s)://…, tcp://host:port, or what the service is (postgres, redis, mysql, …); with the method in front if it is not GET.',
  ),
  method: optional(nonBlankText, 'Default GET.'),
  headers: optional(
    z.record(z.string(), z.union([z.string(), z.number()])),
    'Headers of the request.',
  ),
  body: optional(z.string(), 'Body as it is sent.'),
  json: optional(z.unknown(), 'Body as YAML, sent as JSON.'),
  expect: optional(expectation, 'A status, or what the answer has to be like.'),
  timeout: optional(duration, 'Default 5s.'),
};

const request = z.union([nonBlankText, z.strictObject(requestKeys)]);

const stage = z.union([
  z.strictObject({
    name: optional(nonBlankText, 'Default: the service.'),
    service: required(nonBlankText, 'The service that this stage is.'),
    after: optional(nonBlankText, 'The stage that calls this one. Default: the one before it.'),
    ...requestKeys,
  }),
  z.record(z.string(), nonBlankText).check(
    // Aborting, because else the union would take this form for the one that was meant.
    z.refine((entries) => Object.keys(entries).length === 1, { abort: true }),
    z.meta({ description: 'SERVICE: URL', examples: [{ api: 'http://api:3000/health' }] }),
  ),
]);

const probe = z.strictObject({
  request: required(
    request,
    'The request through the whole stack: a URL, or its parts.',
    'POST https://proxy/orders',
  ),
  stages: optional(z.array(stage), 'The stops on its way, in order.'),
});

const parityReason = z.strictObject({
  differs: required(
    nonBlankText,
    'What differs, as dev parity prints it: a kind and a name; * for any characters.',
    'environment LOG_LEVEL',
  ),
  service: optional(nonBlankText, 'Only in this service. Default: in all.', 'api'),
  why: required(nonBlankText, 'Why it is meant.'),
});

const router = z.union([
  z.boolean(),
  z.strictObject({
    front: required(name, 'The service at https://NAME.localhost. Default: found.', 'web'),
  }),
]);

const store = z.strictObject({
  registry: optional(
    z
      .string()
      .check(
        z.regex(
          /^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/,
          'a registry is written HOST[:PORT][/PATH], in lower case',
        ),
      ),
    'Registry that releases go to. Default: none, images stay in this machine’s engine.',
    'registry.example.com/shop',
  ),
  signedBy: optional(
    z.array(pathBelow('a public key lies in the project: keys/release.pub')),
    'Public keys (PEM) of those who may sign releases. With one, releases are signed, and nothing else is promoted.',
    ['keys/release.pub'],
  ),
});

export const projectSchema = z.strictObject({
  name: required(
    projectNameSchema,
    'Name of the project: host names, containers and volumes carry it.',
  ),
  compose: optional(
    z.union([z.literal(false), texts]),
    'The Compose files that are its lowest layer, in merge order; false: none. Default: as Compose finds them.',
    'deploy/compose.yaml',
    false,
  ),
  modules: optional(z.record(name, moduleSchema), 'Code of the team’s own, by name.'),
  services: optional(z.record(name, service), 'Ready services of the catalogue, by name.'),
  windows: optional(z.array(window), 'The dashboard’s windows.'),
  probes: optional(z.record(name, probe), 'Named requests, and the stages that they pass.'),
  commands: optional(z.record(name, command), 'Commands of the project’s own: dev run NAME.'),
  hooks: optional(hooks, 'Commands that run by themselves: migrations, seeds.'),
  parity: optional(
    z.array(parityReason),
    'Differences between development and production that are meant.',
  ),
  pipeline: optional(pipeline, 'What dev ci does beyond checks and images.'),
  gates: optional(
    z.record(name, gates),
    'What modules have to hold to go on to production, by module.',
  ),
  store: optional(store, 'Where releases are kept.'),
  router: optional(
    router,
    'Addresses by name on this machine: https://NAME.localhost, https://SERVICE.NAME.localhost. Default false.',
  ),
});

/** Of a value that is not right as a whole: the modules, services, windows, probes and commands that are. */
export function validParts(value: unknown): RawProject {
  return {
    name: '',
    modules: validEntries(moduleSchema, mappingAt(value, 'modules')),
    services: validEntries(service, mappingAt(value, 'services')),
    windows: validItems(window, isMapping(value) ? value['windows'] : undefined),
    probes: validEntries(probe, mappingAt(value, 'probes')),
    commands: validEntries(command, mappingAt(value, 'commands')),
    parity: validItems(parityReason, isMapping(value) ? value['parity'] : undefined),
    pipeline: validPart(pipeline, isMapping(value) ? value['pipeline'] : undefined),
    gates: validEntries(gates, mappingAt(value, 'gates')),
    store: validPart(store, isMapping(value) ? value['store'] : undefined),
    router: validPart(router, isMapping(value) ? value['router'] : undefined),
  };
}

function validEntries<T>(schema: z.ZodMiniType<T>, entries: PlainMapping): Record<string, T> {
  const valid = Object.entries(entries).flatMap(([key, one]): [string, T][] => {
    const parsed = name.safeParse(key).success ? schema.safeParse(one) : undefined;
    return parsed?.success === true ? [[key, parsed.data]] : [];
  });
  return Object.fromEntries(valid);
}

function validPart<T>(schema: z.ZodMiniType<T>, part: unknown): T | undefined {
  const parsed = schema.safeParse(part);
  return parsed.success ? parsed.data : undefined;
}

/** All or nothing: the places of items are their numbers. */
function validItems<T>(schema: z.ZodMiniType<T>, items: unknown): T[] {
  const parsed = z.array(schema).safeParse(items);
  return parsed.success ? parsed.data : [];
}

export type RawProject = z.infer<typeof projectSchema>;
export type RawModule = z.infer<typeof moduleSchema>;
export type RawPane = z.infer<typeof pane>;
export type RawWindow = z.infer<typeof window>;
export type RawRequest = z.infer<typeof request>;
export type RawStage = z.infer<typeof stage>;
export type RawExpectation = z.infer<typeof expectation>;
export type RawParity = z.infer<typeof parityReason>;
export type RawCommand = z.infer<typeof command>;
export type RawHook = string | z.infer<typeof hookOptions>;
export type RawProbe = z.infer<typeof probe>;
