import type { FoundCode } from './found.ts';

/** Programs that watch sources and build by themselves: what follows them is theirs. */
const WATCHERS =
  /^(?:\S*\/)?(?:air|reflex|CompileDaemon|gow|fresh|realize|modd|nodemon|dlv|watchexec|cargo-watch)$/;
/** What a base image has of the language, or of every system. */
const THERE = /^(?:go|cargo|sh|bash|env|make|java|mvn|gradle|\.\/(?:mvnw|gradlew))$/;
const JAR = /\S+\.jar\b/;

/**
 * What runs code that is compiled, of what its container runs today: the program is where the module's
 * compile puts it (`/srv/backend --port 80` → `bin/app --port 80`), and not where an image has it.
 * @param has whether there is a file of that path in the module's folder.
 */
export function compiledRun(
  today: string,
  { image, run }: Pick<FoundCode, 'image' | 'run'>,
  has: (path: string) => boolean,
): string {
  if (run === undefined || !['go', 'rust', 'java'].includes(image)) return today;
  // A text of several commands is the person's own.
  if (/[;&|<>`$]/.test(today)) return today;
  const [first = '', ...rest] = today.replace(/^exec\s+/, '').split(/\s+/);
  if (image === 'java' && first.endsWith('java')) {
    const jar = JAR.exec(run)?.[0];
    return jar !== undefined && JAR.test(today) ? today.replace(JAR, () => jar) : run;
  }
  if (WATCHERS.test(first)) return run;
  if (THERE.test(first) || has(first.replace(/^\.\//, ''))) return today;
  return [run, ...rest].join(' ');
}
