import * as z from 'zod/mini';
import { forEachCheck } from '../model/checks.ts';
import { duration, optional, required, nonBlankText, texts } from './schema-parts.ts';

/** What `dev.settings.yaml` may hold. The one source: it validates, types, and is published. */

const PORT_KEY = /^\d{1,5}(?:\/(?:tcp|udp|sctp))?$/;
const PREFIX_KEY = /^C-(?:[a-z\\\]^_]|Space)$/;

const keepOrRecreate = z.enum(['keep', 'recreate']);
const port = z.string().check(z.regex(PORT_KEY, 'a container port is written 80 or 53/udp'));
const hostPort = z.int().check(z.minimum(1), z.maximum(65_535));

const serviceKeys = {
  run: optional(z.boolean(), 'False: it does not run.'),
  containers: optional(
    keepOrRecreate,
    'What dev up does with a container that is right already. Default keep.',
  ),
  data: optional(
    keepOrRecreate,
    'What dev up does with its data volumes; recreate deletes them every time. Default keep.',
  ),
  ports: optional(
    z.record(port, hostPort),
    'Container port: host port, where you want another one.',
    { 5432: 15_432 },
  ),
};

const serviceSchema = z.strictObject(serviceKeys);

const moduleSchema = z.strictObject({
  ...serviceKeys,
  run: optional(z.boolean(), 'False: neither its container nor its checks run.'),
  watch: optional(z.boolean(), 'False: saves start nothing.'),
  checks: optional(
    z.strictObject(forEachCheck(({ off }) => optional(z.boolean(), off))),
    'Which checks run after a save.',
  ),
});

const keyPair = z.strictObject({
  certificate: required(nonBlankText, 'Path of the PEM file.'),
  key: required(nonBlankText, 'Path of its private key, PEM.'),
});

export const settingsSchema = z.strictObject({
  modules: optional(z.record(z.string(), moduleSchema), 'Code of the team, by name.'),
  services: optional(z.record(z.string(), serviceSchema), 'Databases and the like, by name.'),
  watch: optional(
    z.strictObject({
      enabled: optional(z.boolean(), 'False: no module reacts to saves.'),
      mode: optional(
        z.enum(['auto', 'events', 'poll']),
        'auto tests whether events come, and polls where they do not.',
      ),
      quiet: optional(duration, 'How long files must be quiet before checks start. Default 50ms.'),
    }),
    'Watching for saves.',
  ),
  checks: optional(
    z.strictObject({
      parallel: optional(
        z.union([z.literal('auto'), z.int().check(z.minimum(1), z.maximum(256))]),
        'How many run at once; auto: as many as the machine has cores.',
      ),
    }),
    'Checks in general.',
  ),
  apply: optional(
    z.enum(['auto', 'ask']),
    'What an edit of a definition file does to the running environment. Default auto.',
  ),
  dependencies: optional(
    z.enum(['shared', 'container']),
    'Where installed dependencies lie: in the project, for editors, or in volumes. Default shared.',
  ),
  git: optional(
    z.enum(['read-only', 'writable']),
    'Whether containers may write .git: hooks and programs there run on your machine. Default read-only.',
  ),
  router: optional(
    z.boolean(),
    'False: no addresses by name (https://shop.localhost) on this machine. Default true.',
  ),
  notifications: optional(
    z.strictObject({
      bell: optional(z.boolean(), 'The terminal’s bell.'),
      desktop: optional(z.boolean(), 'A desktop notification.'),
    }),
    'When a module turns from good to bad or back.',
  ),
  dashboard: optional(
    z.strictObject({
      prefix: optional(
        z.string().check(z.regex(PREFIX_KEY, 'a prefix is a control key: C-a, C-b, C-Space')),
        'Key before the dashboard’s keys. Default C-b.',
        'C-b',
        'C-a',
      ),
    }),
    'The dashboard.',
  ),
  tools: optional(
    z.strictObject({
      engine_socket: optional(
        z.boolean(),
        'Whether the tools container gets the engine’s socket. Default false.',
      ),
    }),
    'The tools container.',
  ),
  compose: optional(
    z.strictObject({
      ports: optional(
        z.enum(['loopback', 'as-written']),
        'Ports without an address: of this machine alone, or of the network as well. Default loopback.',
      ),
      health: optional(
        z.enum(['early', 'as-written']),
        'Health checks without a start_interval: asked every second at the start, or not. Default early.',
      ),
      container_names: optional(
        z.enum(['scoped', 'as-written']),
        'A container_name that another project has: one of its own, or an error. Default scoped.',
      ),
    }),
    'What differs from Compose.',
  ),
  certificates: optional(
    z.strictObject({
      company_ca: optional(
        texts,
        'auto: found from the host’s variables; none; or paths of PEM files. Default auto.',
        'auto',
        'none',
        ['/etc/company/ca.pem'],
      ),
      server: optional(keyPair, 'Your own server certificate instead of the generated one.'),
      ca: optional(keyPair, 'Your own CA instead of the generated one.'),
    }),
    'Certificates.',
  ),
  credentials: optional(
    z.record(z.string(), nonBlankText),
    'Secret: file that holds your own value instead of a random one.',
    { 'db-password': '~/secrets/db' },
  ),
});

export type RawSettings = z.infer<typeof settingsSchema>;
export type RawServiceSettings = z.infer<typeof serviceSchema>;
