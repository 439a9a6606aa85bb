import * as z from 'zod/mini';
import { about, duration, name, text, texts } from './schema-parts.ts';

/** What `dev.yaml` may hold. The one source: it validates, types, and is published as JSON Schema. */

const command = text.check(about('Shell text, run in the module’s folder inside its container.'));

const checkOptions = z.strictObject({
  run: command,
  timeout: z.optional(
    duration.check(about('Past this it is killed and has failed. Default 10m.', ['90s', '2m'])),
  ),
  daemon: z.optional(
    z
      .boolean()
      .check(about('The command watches by itself (tsc --watch): keep it alive and read it.')),
  ),
  format: z.optional(
    texts.check(
      about('Output formats to read diagnostics with. Default: all known ones are tried.', [
        'tsc',
        ['node-test'],
      ]),
    ),
  ),
  pattern: z.optional(
    text.check(
      about(
        'Own regular expression for a line with a diagnostic: groups file, line, column, message, severity.',
        ['^(?<file>[^:]+):(?<line>\\d+): (?<message>.*)$'],
      ),
    ),
  ),
});

const check = (what: string) => z.optional(z.union([text, checkOptions]).check(about(what)));

const install = z.union([
  z.literal(false),
  text,
  z.strictObject({
    run: text.check(about('Shell text that installs the locked dependencies.', ['npm ci'])),
    lockfiles: z.optional(
      texts.check(about('Files that key the dependencies, relative to the module.')),
    ),
    directories: z.optional(
      texts.check(about('Folders with what was installed, kept in a volume: node_modules.')),
    ),
  }),
]);

const moduleSchema = z.strictObject({
  path: z.optional(
    text.check(about('Its folder, relative to the project. Default: the module’s name.')),
  ),
  image: text.check(about('Base image that it runs in.', ['node', 'go', 'python', 'java'])),
  uses: z.optional(
    z.union([name, z.array(name)]).check(about('Other modules whose code this one imports.')),
  ),
  install: z.optional(
    install.check(
      about(
        'How its locked dependencies are installed; false for not at all. Default: by lockfile.',
      ),
    ),
  ),
  compile: check('Runs after every save, before test and lint.'),
  test: check('Runs after a good compile.'),
  lint: check('Runs after a good compile, beside test.'),
  run: z.optional(
    command.check(about('What its container runs. Without it the module is a library.')),
  ),
  restart: z.optional(
    z
      .enum(['on-compile', 'never'])
      .check(about('Whether a good compile restarts it. Default on-compile for what has run.')),
  ),
  artifact: z.optional(
    texts.check(about('What its build produces, relative to the module.', [['dist']])),
  ),
  ignore: z.optional(
    texts.check(about('Files that the watcher ignores beyond .gitignore, in its syntax.')),
  ),
});

const service = z.union([
  name,
  z.strictObject({ from: name.check(about('Entry of the catalogue.', ['postgres', 'redis'])) }),
]);

/** Every pane kind has its own key, so that `- logs: api` says it all. */
const pane = z.union([
  z.enum(['tools']),
  z.strictObject({
    logs: z.optional(text.check(about('Logs of a service.'))),
    shell: z.optional(text.check(about('A shell in a service.'))),
    console: z.optional(text.check(about('The database console of a service.'))),
    checks: z.optional(name.check(about('The checks of a module, live.'))),
    probe: z.optional(name.check(about('A probe, with its stages.'))),
    command: z.optional(text.check(about('Any command, shell text.', ['htop']))),
    in: z.optional(
      text.check(about('Where the command runs: a service, tools or host. Default host.')),
    ),
  }),
]);

const window = z.strictObject({
  name: text.check(about('What it is called.')),
  layout: z.optional(
    z
      .enum(['tiled', 'rows', 'columns', 'main-left', 'main-top'])
      .check(about('How the panes lie. Default tiled.')),
  ),
  panes: z
    .array(pane)
    .check(z.minLength(1, 'a window has at least one pane'), about('What it shows, in order.')),
});

const status = z.int().check(z.minimum(100), z.maximum(599));
const statuses = z.union([status, z.array(status)]);

const expectation = z.union([
  status,
  z.strictObject({
    status: z.optional(statuses.check(about('Allowed statuses. Default: below 400.'))),
    contains: z.optional(text.check(about('Text that the body contains.'))),
    matches: z.optional(text.check(about('Regular expression that the body matches.'))),
  }),
]);

const requestKeys = {
  url: text.check(
    about('http(s)://…, tcp://host:port, postgres or redis; METHOD in front if any.'),
  ),
  method: z.optional(text.check(about('Default GET.'))),
  headers: z.optional(
    z.record(z.string(), z.union([z.string(), z.number()])).check(about('Request headers.')),
  ),
  body: z.optional(z.string().check(about('Body as it is sent.'))),
  json: z.optional(z.unknown().check(about('Body as YAML, sent as JSON.'))),
  expect: z.optional(expectation.check(about('A status, or what the answer has to be like.'))),
  timeout: z.optional(duration.check(about('Default 5s.'))),
};

const request = z.union([
  text.check(
    about('URL, with the method in front if it is not GET.', ['POST https://proxy/orders']),
  ),
  z.strictObject(requestKeys),
]);

const stage = z.union([
  z.strictObject({
    name: z.optional(text.check(about('Default: the service.'))),
    service: text.check(about('The service that this stage is.')),
    ...requestKeys,
  }),
  z.record(z.string(), text).check(
    // Aborting, because else the union would take this form for the one that was meant.
    z.refine((entries) => Object.keys(entries).length === 1, { abort: true }),
    about('SERVICE: URL', [{ api: 'http://api:3000/health' }]),
  ),
]);

const probe = z.strictObject({
  request: request.check(about('The request through the whole stack.')),
  stages: z.optional(z.array(stage).check(about('The stops on its way, in order.'))),
});

export const projectSchema = z.strictObject({
  name: name.check(about('Name of the project: host names, containers and volumes carry it.')),
  modules: z.optional(
    z.record(name, moduleSchema).check(about('Code of the team’s own, by name.')),
  ),
  services: z.optional(
    z.record(name, service).check(about('Ready services of the catalogue, by name.')),
  ),
  windows: z.optional(z.array(window).check(about('The dashboard’s windows.'))),
  probes: z.optional(
    z.record(name, probe).check(about('Named requests, and the stages that they pass.')),
  ),
});

export type RawProject = z.infer<typeof projectSchema>;
export type RawModule = z.infer<typeof moduleSchema>;
export type RawCheck = string | z.infer<typeof checkOptions>;
export type RawPane = z.infer<typeof pane>;
export type RawWindow = z.infer<typeof window>;
export type RawRequest = z.infer<typeof request>;
export type RawStage = z.infer<typeof stage>;
export type RawExpectation = z.infer<typeof expectation>;
export type RawProbe = z.infer<typeof probe>;
