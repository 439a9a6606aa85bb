import { wordsOf } from '../images/copied-paths.ts';
import { parseDockerfile, type Instruction } from '../images/dockerfile.ts';
import { imageStages } from '../images/image-stages.ts';
import { familiarReference } from '../images/service-reference.ts';
import { OFFICIAL_LANGUAGES } from '../model/image-version.ts';
import { environmentPairs, stageValues } from './dockerfile-variables.ts';
import type { WantedVersion } from './found.ts';
import { runCommands } from './run-commands.ts';

/** What a container has from its Dockerfile, and loses when it runs another image. */
export interface DockerfileFacts {
  readonly environment: ReadonlyMap<string, string>;
  /** Container ports, `3000` or `53/udp`. */
  readonly expose: readonly string[];
  /** Folders that each container has a volume of its own for. */
  readonly volumes: readonly string[];
  readonly user: Told | undefined;
  readonly workdir: Told | undefined;
  readonly stopSignal: Told | undefined;
  /** As Compose writes a health check; undefined: there is none. */
  readonly healthcheck: Readonly<Record<string, unknown>> | undefined;
  /** `CMD` and `ENTRYPOINT`: words, or one text for the shell. */
  readonly command: readonly string[] | string | undefined;
  readonly entrypoint: readonly string[] | string | undefined;
  /** Programs that a RUN puts into the image beside the code's own dependencies, each as it is written. */
  readonly installs: readonly Told[];
  /** Commands of RUN, of all stages: those that build it as well. */
  readonly runs: readonly string[];
  /** What COPY and ADD put into it, in order. */
  readonly copies: readonly Copied[];
  /** The image that it begins with, as far as that is known. */
  readonly base: string | undefined;
  /** Of the language that the image is of, by its tag. */
  readonly wants: FromVersion | undefined;
  /** Where it says so, by the instruction: `EXPOSE`, `CMD`; variables by name: `ENV MODE`. */
  readonly places: ReadonlyMap<string, string>;
}

/** The version of a language, by the image that has it. */
export type FromVersion = WantedVersion & { readonly image: string };

/** Files that an instruction puts into the image. */
export interface Copied {
  /** Relative to the context; undefined where they are of another stage, or from elsewhere. */
  readonly sources: readonly string[] | undefined;
  /** What is of another stage, as it is called there; none where it is of the context. */
  readonly made: readonly string[];
  readonly target: string;
  readonly at: string;
}

/** A value and its line, as people know the file: `web/Dockerfile:3`. */
interface Told {
  readonly value: string;
  readonly at: string;
}

/** `["node", "x.js"]` → words; anything else is text for a shell. */
function commandOf(value: string): readonly string[] | string {
  try {
    const words: unknown = JSON.parse(value);
    if (Array.isArray(words)) return words.map(String);
  } catch {
    // Not the exec form.
  }
  return value;
}

const INSTALLS = [
  /^(?:npm|pnpm) (?:i|install|add)\b.* ?(?:-g|--global|--location=global)\b/,
  /^yarn global add\b/,
  /^(?:apt-get|apt|apk|dnf|microdnf|yum)\b.* (?:install|add)\b/,
  /^pip3? install\b(?!.* (?:-r|--requirement|-e|--upgrade pip|\.)(?: |$))/,
  /^(?:gem|go|cargo) install\b/,
];

/** `apt-get update && npm install -g nodemon` → `npm install -g nodemon`. */
function installsOf({ keyword, value, firstLine }: Instruction, shown: string): readonly Told[] {
  if (keyword !== 'RUN') return [];
  const commands = value.replace(/^(?:--\S+\s+)*/, '').split(/\s*(?:&&|;)\s*/);
  return commands
    .map((command) => command.trim().replaceAll(/\s+/g, ' '))
    .filter((command) => INSTALLS.some((pattern) => pattern.test(command)))
    .map((command) => ({ value: command, at: placeIn(shown, firstLine) }));
}

const OPTION = /--(interval|timeout|start-period|start-interval|retries)=(\S+)\s*/g;

function healthOf(value: string): Readonly<Record<string, unknown>> | undefined {
  const command = value.replace(OPTION, '').trim();
  if (!/^CMD\b/i.test(command)) return undefined;
  const written = commandOf(command.replace(/^CMD\s*/i, ''));
  const options = [...value.matchAll(OPTION)].map(
    ([, name = '', text = '']): readonly [string, string | number] => [
      name.replace('-', '_'),
      name === 'retries' ? Number(text) : text,
    ],
  );
  const test = typeof written === 'string' ? ['CMD-SHELL', written] : ['CMD', ...written];
  return { test, ...Object.fromEntries<string | number>(options) };
}

/** Of which language an image of a registry is, and of which version, by its tag. */
export function versionOfImage(reference: string, at: string): FromVersion | undefined {
  // A tag may be a fingerprint, and that begin with digits.
  const match = /(?:^|\/)([a-z-]+):v?(\d[\d.]*)(?:(?:a|b|beta|rc|u)\d+)?(?![^-_@])/.exec(reference);
  const image = OFFICIAL_LANGUAGES[match?.[1] ?? ''];
  if (match === null || image === undefined || ['maven', 'gradle'].includes(match[1] ?? '')) {
    return undefined;
  }
  return { image, version: match[2] ?? '', at };
}

/** An official image of a language: there is no program in it yet. */
export function isLanguageImage(reference: string): boolean {
  const [, name = ''] = /^([a-z-]+):/.exec(familiarReference(reference)) ?? [];
  return Object.hasOwn(OFFICIAL_LANGUAGES, name);
}

const placeIn = (shown: string, line: number): string => `${shown}:${String(line + 1)}`;

function copiesOf({ keyword, value, firstLine }: Instruction, shown: string): readonly Copied[] {
  if (keyword !== 'COPY' && keyword !== 'ADD') return [];
  const words = wordsOf(value);
  const sources = words.slice(0, -1);
  const isMade = /(?:^|\s)--from=/.test(value);
  const isOfContext = !isMade && sources.every((one) => /^[\w./-]+$/.test(one));
  const at = placeIn(shown, firstLine);
  const made = isMade ? sources : [];
  return [{ sources: isOfContext ? sources : undefined, made, target: words.at(-1) ?? '', at }];
}

/** Of what is said twice, the last place. */
function placesOf(all: readonly Instruction[], shown: string): ReadonlyMap<string, string> {
  return new Map(
    all.flatMap(({ keyword, value, firstLine }) => {
      const names =
        keyword === 'ENV' ? environmentPairs(value).map(([name]) => `ENV ${name}`) : [keyword];
      return names.map((name) => [name, placeIn(shown, firstLine)] as const);
    }),
  );
}

/**
 * What the image of a Dockerfile gives its container.
 * @param shown the Dockerfile as people know it: `web/Dockerfile`.
 * @param options the stage and the arguments that it is built with.
 */
export function dockerfileFacts(
  text: string,
  shown: string,
  options: { readonly target?: string | undefined; readonly args: ReadonlyMap<string, string> },
): DockerfileFacts {
  const chain = imageStages(parseDockerfile(text, options.args).stages, options.target);
  const [first] = chain;
  const { instructions: all, environment } = stageValues(text, chain, options.args);
  const last = (keyword: string): Instruction | undefined =>
    all.findLast((one) => one.keyword === keyword);
  const told = (keyword: string): Told | undefined => {
    const found = last(keyword);
    return found && { value: found.value, at: placeIn(shown, found.firstLine) };
  };
  const command = last('CMD');
  const entrypoint = last('ENTRYPOINT');
  const health = last('HEALTHCHECK');
  const values = (keyword: string): readonly string[] =>
    all.flatMap((one) => (one.keyword === keyword ? [one.value] : []));
  return {
    environment,
    expose: values('EXPOSE').flatMap((value) => value.split(/\s+/)),
    volumes: values('VOLUME').flatMap(wordsOf),
    user: told('USER'),
    workdir: told('WORKDIR'),
    stopSignal: told('STOPSIGNAL'),
    healthcheck: health && healthOf(health.value),
    command: command && commandOf(command.value),
    entrypoint: entrypoint && commandOf(entrypoint.value),
    installs: all.flatMap((one) => installsOf(one, shown)),
    runs: runCommands(text, options.args),
    copies: all.flatMap((one) => copiesOf(one, shown)),
    base: first?.from.reference,
    wants: first && versionOfImage(first.from.reference ?? '', placeIn(shown, first.from.line)),
    places: placesOf(all, shown),
  };
}
