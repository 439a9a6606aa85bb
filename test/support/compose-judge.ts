import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Failure } from '../../src/events/failure.ts';
import { emitCompose } from '../../src/compose/write/emit.ts';
import { mergeCompose } from '../../src/compose/load/merge.ts';
import { parseDotenv } from '../../src/compose/read/dotenv.ts';
import { ok } from '../../src/util/result.ts';

/** One case: files in a folder, and how both sides are called. */
export interface JudgeCase {
  /** Absolute folder that holds the files. */
  readonly folder: string;
  /** Compose files, relative to the folder, in order. */
  readonly files: readonly string[];
  readonly profiles?: readonly string[];
  readonly interpolate?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Verdict {
  readonly same: boolean;
  /** Compose's answer to the files, and to our merged file. */
  readonly theirs: string;
  readonly ours: string;
  /** Our merged file; empty when we refused. */
  readonly merged: string;
  readonly theyRefused: boolean;
  readonly weRefused: readonly Failure[] | undefined;
}

export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function baseEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: '/root' };
}

/** Compose itself writes `build.ssh` in another order every time: a Go map lies beneath it. */
function inOneOrder(text: string): string {
  return text.replace(/^( +)ssh:\n((?:\1  - .*\n)+)/gm, (_all, indent: string, items: string) => {
    return `${indent}ssh:\n${items.split('\n').filter(Boolean).sort().join('\n')}\n`;
  });
}

/** Runs the installed Compose; its output, or its refusal. */
export function compose(
  cwd: string,
  files: readonly string[],
  options: Pick<JudgeCase, 'profiles' | 'interpolate' | 'environment'>,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  const argv = [
    ...(options.profiles ?? []).flatMap((profile) => ['--profile', profile]),
    ...files.flatMap((file) => ['-f', file]),
    'config',
    ...(options.interpolate === false ? ['--no-interpolate'] : []),
  ];
  const env = { ...baseEnvironment(), ...options.environment };
  return new Promise((resolve) => {
    execFile(
      'docker-compose',
      argv,
      { cwd, env, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout, stderr) => {
        resolve(
          error === null ? { ok: true, text: inOneOrder(stdout) } : { ok: false, text: stderr },
        );
      },
    );
  });
}

/** What we make of the files, without any process. */
export function mergeFolder(one: JudgeCase): ReturnType<typeof mergeCompose> {
  const first = join(one.folder, one.files[0] ?? '');
  const projectDirectory = dirname(first);
  const outside = { ...baseEnvironment(), ...one.environment };
  const dotenv = parseDotenv(readText(join(projectDirectory, '.env')) ?? '', (name) =>
    new Map(Object.entries(outside)).get(name),
  );
  const environment = { ...(dotenv.ok ? Object.fromEntries(dotenv.value) : {}), ...outside };
  return mergeCompose({
    layers: one.files.map((file) => ({
      kind: 'file',
      path: join(one.folder, file),
      display: file,
      text: readText(join(one.folder, file)) ?? '',
    })),
    projectDirectory,
    environment,
    profiles: one.profiles ?? [],
    interpolate: one.interpolate ?? true,
    readFile: (path) => ok(readText(path)),
    display: (path) => relative(one.folder, path),
  });
}

/** Lets the installed Compose judge whether our merged file says the same as the files. */
export async function judge(one: JudgeCase): Promise<Verdict> {
  const asking = compose(one.folder, one.files, one);
  const merged = mergeFolder(one);
  if (!merged.ok) {
    const theirs = await asking;
    return {
      theirs: theirs.text,
      theyRefused: !theirs.ok,
      same: !theirs.ok,
      ours: '',
      merged: '',
      weRefused: merged.failure,
    };
  }
  const directory = join(one.folder, '.dev');
  const text = emitCompose(merged.value, {
    directory,
    shownRoot: one.folder,
    comments: true,
    profiles: 'keep',
  });
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'compose.yaml'), text);
  const [theirs, ours] = await Promise.all([
    asking,
    compose(one.folder, ['.dev/compose.yaml'], one),
  ]);
  return {
    theirs: theirs.text,
    theyRefused: !theirs.ok,
    same: theirs.ok && ours.ok && ours.text === theirs.text,
    ours: ours.text,
    merged: text,
    weRefused: undefined,
  };
}
