import * as z from 'zod/mini';
import { about, duration, text, texts } from './schema-parts.ts';

/** What `dev.settings.yaml` may hold. The one source: it validates, types, and is published. */

const PORT_KEY = /^\d{1,5}(?:\/(?:tcp|udp|sctp))?$/;
const PREFIX_KEY = /^C-[a-z\\\]^_ ]$|^C-Space$/;

const onOff = (what: string) => z.optional(z.boolean().check(about(what)));

const serviceKeys = {
  run: onOff('False: it does not run.'),
  containers: z.optional(
    z
      .enum(['keep', 'recreate'])
      .check(about('What dev up does with a container that is right already.')),
  ),
  data: z.optional(
    z
      .enum(['keep', 'recreate'])
      .check(about('What dev up does with its data volumes. recreate deletes them every time.')),
  ),
  ports: z.optional(
    z
      .record(
        z.string().check(z.regex(PORT_KEY, 'a container port is written 80 or 53/udp')),
        z.int().check(z.minimum(1), z.maximum(65_535)),
      )
      .check(about('Container port: host port, where you want another one.', [{ 5432: 15_432 }])),
  ),
};

const moduleSchema = z.strictObject({
  ...serviceKeys,
  run: onOff('False: neither its container nor its checks run.'),
  watch: onOff('False: saves start nothing.'),
  checks: z.optional(
    z
      .strictObject({
        compile: onOff('False: not compiled.'),
        test: onOff('False: not tested.'),
        lint: onOff('False: not linted.'),
      })
      .check(about('Which checks run after a save.')),
  ),
});

const pair = (what: string) =>
  z.optional(
    z
      .strictObject({
        certificate: text.check(about('Path of the PEM file.')),
        key: text.check(about('Path of its private key, PEM.')),
      })
      .check(about(what)),
  );

export const settingsSchema = z.strictObject({
  modules: z.optional(z.record(z.string(), moduleSchema).check(about('By module.'))),
  services: z.optional(
    z.record(z.string(), z.strictObject(serviceKeys)).check(about('By service.')),
  ),
  watch: z.optional(
    z
      .strictObject({
        enabled: onOff('False: no module reacts to saves.'),
        mode: z.optional(
          z
            .enum(['auto', 'events', 'poll'])
            .check(about('auto tests whether events come, and polls where they do not.')),
        ),
        quiet: z.optional(
          duration.check(about('How long files must be quiet before checks start. Default 50ms.')),
        ),
      })
      .check(about('Watching for saves.')),
  ),
  checks: z.optional(
    z
      .strictObject({
        parallel: z.optional(
          z
            .union([z.literal('auto'), z.int().check(z.minimum(1), z.maximum(256))])
            .check(about('How many run at once; auto: the machine’s cores.')),
        ),
      })
      .check(about('Checks in general.')),
  ),
  apply: z.optional(
    z
      .enum(['auto', 'ask'])
      .check(about('What an edit of a definition file does to the running environment.')),
  ),
  notifications: z.optional(
    z
      .strictObject({
        bell: onOff('Terminal bell when a module turns from good to bad or back.'),
        desktop: onOff('Desktop notification at the same moments.'),
      })
      .check(about('When a module turns from good to bad or back.')),
  ),
  dashboard: z.optional(
    z
      .strictObject({
        prefix: z.optional(
          z
            .string()
            .check(
              z.regex(PREFIX_KEY, 'a prefix is a control key: C-a, C-b, C-Space'),
              about('Key before the dashboard’s keys. Default C-b.', ['C-b', 'C-a']),
            ),
        ),
      })
      .check(about('The dashboard.')),
  ),
  tools: z.optional(
    z
      .strictObject({
        engine_socket: onOff('Whether the tools container gets the engine’s socket.'),
      })
      .check(about('The tools container.')),
  ),
  certificates: z.optional(
    z
      .strictObject({
        company_ca: z.optional(
          texts.check(
            about('auto: found from the host’s variables; none; or paths of PEM files.', [
              'auto',
              'none',
              ['/etc/company/ca.pem'],
            ]),
          ),
        ),
        server: pair('Your own server certificate instead of the generated one.'),
        ca: pair('Your own CA instead of the generated one.'),
      })
      .check(about('Certificates.')),
  ),
  credentials: z.optional(
    z
      .record(z.string(), text)
      .check(about('Secret: file that holds your own value instead of a random one.')),
  ),
});

export type RawSettings = z.infer<typeof settingsSchema>;
export type RawServiceSettings = {
  [Key in keyof typeof serviceKeys]?: z.infer<(typeof serviceKeys)[Key]>;
};
