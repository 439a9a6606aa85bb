import * as z from 'zod/mini';
import {
  duration,
  environment,
  name,
  optional,
  required,
  nonBlankText,
  texts,
  variableName,
} from './schema-parts.ts';

/** What `dev.yaml` may hold under `pipeline:`. */

const smoke = z.union([
  z.literal(false),
  z.strictObject({
    timeout: optional(
      duration,
      'Past this it has failed; the time that images take does not count. Default 5m.',
      '2m',
    ),
    kill: optional(
      z.boolean(),
      'Whether a container of each module is killed in the middle, and has to recover. Default true.',
    ),
  }),
]);

const stage = z.strictObject({
  run: required(
    nonBlankText,
    'Shell text; it has passed when it ends with status 0.',
    'npm run contract',
  ),
  module: optional(
    name,
    'The module in whose folder and image it runs, when that is compiled. Without it: image.',
    'api',
  ),
  image: optional(
    name,
    'Base image that it runs in, at the root of a clean export of the commit. Without it: module.',
    'node',
  ),
  reads: optional(
    texts,
    'Files and folders that are all its export holds: others make it run no second time. Default: the whole commit.',
    ['docs', 'mkdocs.yml'],
  ),
  after: optional(
    z.union([name, z.array(name)]),
    'Stages that have to be passed before; what they keep lies in its folder.',
    'docs',
  ),
  artifact: optional(texts, 'Files and folders that are kept of it, relative to where it runs.', [
    'site',
  ]),
  network: optional(z.boolean(), 'Whether it reaches anything. Default false.'),
  secrets: optional(
    z.union([variableName, z.array(variableName)]),
    'Variables of your shell that it is given; their values are in no log. You are asked about them.',
    'DEPLOY_TOKEN',
  ),
  environment,
  timeout: optional(duration, 'Past this it is killed and has failed. Default 10m.', '2m'),
});

export const pipeline = z.strictObject({
  stages: optional(
    z.record(name, stage),
    'Commands of your own, by name: each in a container that is made for it and removed after it.',
  ),
  smoke: optional(
    smoke,
    'How the images are tried before they get their names; false for not at all.',
  ),
});

export type RawPipeline = z.infer<typeof pipeline>;
export type RawPipelineStage = z.infer<typeof stage>;
