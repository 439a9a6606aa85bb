import { posix } from 'node:path';
import type { Repository } from './repository.ts';

/** Where programs of Node begin, besides their `main`; those in TypeScript are only read. */
const ENTRIES = [
  'src/main',
  'src/server',
  'src/index',
  'src/app',
  'server',
  'main',
  'index',
  'app',
];
const ENDINGS = ['.ts', '.js', '.mjs', '.mts'];

const FROM_ENVIRONMENT =
  /(?:\+|Number\(|parseInt\()?\s*process\.env\.\w+[^\n,;]{0,30}?(?:\|\||\?\?)\s*/;
/** `app.listen(3000`, `listen({ port: 3000`, each with what the environment may say before. */
const LISTENS = new RegExp(
  String.raw`\.listen\(\s*(?:\{[^}]{0,80}?\bport:\s*)?(?:${FROM_ENVIRONMENT.source})?['"]?(\d{2,5})\b`,
);
/** `process.env.PORT || 3000`, `config.get('PORT') ?? 3000`. */
const PORT_DEFAULT = /\bPORT\b[^\n]{0,40}?(?:\|\||\?\?)\s*['"]?(\d{2,5})\b/;
/** `config.get<number>('PORT', 3000)`. */
const CONFIGURED = /\.get(?:<[^>\n]*>)?\(\s*['"][\w.]*\bport['"]\s*,\s*['"]?(\d{2,5})\b/i;
const NAMED = /\.listen\(\s*(?:\{[^}]{0,80}?\bport:\s*)?([A-Za-z_$][\w$]*)/g;

/** The number that a program is written to listen at; undefined: it says none, or not so plainly. */
export function listensAt(text: string): number | undefined {
  const match = LISTENS.exec(text) ?? PORT_DEFAULT.exec(text) ?? CONFIGURED.exec(text);
  if (match !== null) return Number(match[1]);
  for (const [, name = ''] of text.matchAll(NAMED)) {
    const own = name.replaceAll('$', String.raw`\$`);
    const value = new RegExp(
      String.raw`(?:const|let|var)\s+${own}(?:\s*:\s*\w+)?\s*=\s*['"]?(\d{2,5})\b`,
    ).exec(text);
    if (value !== null) return Number(value[1]);
  }
  return undefined;
}

/** The port of a folder's program, by the first of its main files that says one. */
export function portIn(
  folder: string,
  mains: readonly string[],
  repository: Repository,
): number | undefined {
  const entries = ENTRIES.flatMap((name) => ENDINGS.map((ending) => name + ending));
  for (const main of new Set([...mains, ...entries])) {
    const port = listensAt(repository.read(posix.join(folder, main)) ?? '');
    if (port !== undefined) return port;
  }
  return undefined;
}
