import { posix } from 'node:path';
import type { DockerfileFacts } from './dockerfile-facts.ts';
import type { FoundCode } from './found.ts';

/** What builds a program with tests and old results left out, of `mvn clean package assembly:single`. */
function mavenGoals(commands: readonly string[]): string | undefined {
  const words = commands
    .findLast((one) => /^\S*mvnw? .*\b(?:package|install|verify|assembly:\S+)\b/.test(one))
    ?.split(' ')
    .slice(1)
    .filter((word) => !word.startsWith('-') && word !== 'clean');
  return words === undefined || words.length === 0 ? undefined : words.join(' ');
}

/** `go build -o /bin/api ./cmd/api` → `./cmd/api`. */
function goPackage(commands: readonly string[]): string | undefined {
  const build = commands.findLast((one) => /\bgo (?:build|install)\b/.test(one));
  const last =
    build
      ?.split(' ')
      .at(-1)
      ?.replace(/(.)\/+$/, '$1') ?? '';
  return /^\.(?:\/[\w.-]+)+$/.test(last) && !last.includes('..') && last !== './...'
    ? last
    : undefined;
}

/** The jar that an image runs, where the build has left it: `target/app.jar`. */
function builtJar({ copies }: DockerfileFacts, named: string): string | undefined {
  const copied = copies.findLast(({ target, made }) => {
    const file = posix.basename(target);
    return made.length > 0 && (named.endsWith(file) || target.endsWith('/') || target === '.');
  });
  return copied?.made.flatMap(
    (one) => /(?:^|\/)((?:target|build\/libs)\/[^/]+\.jar)$/.exec(one)?.[1] ?? [],
  )[0];
}

/**
 * Code that is compiled, as its Dockerfile compiles it: which of several programs it is, what makes
 * its jar, and how that is called.
 */
export function asBuilt(
  code: FoundCode,
  facts: DockerfileFacts,
  today: string | undefined,
): FoundCode {
  const { image, compile, run } = code;
  if (image === 'go') {
    const own = goPackage(facts.runs);
    return own === undefined || compile?.startsWith('go build -o bin/app ') !== true
      ? code
      : { ...code, compile: `go build -o bin/app ${own}` };
  }
  if (image !== 'java') return code;
  const goals = mavenGoals(facts.runs);
  const isMaven = goals !== undefined && compile?.endsWith(' package') === true;
  const jar = /\S+\.jar\b/.exec(today ?? '')?.[0];
  const built = jar === undefined ? undefined : (builtJar(facts, jar) ?? 'target/*.jar');
  return {
    ...code,
    ...(isMaven && { compile: compile.replace(/package$/, goals) }),
    ...(run === undefined && built !== undefined && { run: `exec java -jar ${built}` }),
  };
}
