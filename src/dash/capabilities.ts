import { splitWords } from '../util/shell-words.ts';
import type { Capabilities } from '../views/dashboard/diff.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Variables of the client that the host needs to know: what its terminal can show. What names a
 * program is not among them, nor taken from a client that sends it.
 */
export const CLIENT_VARIABLES = ['TERM', 'COLORTERM', 'TERM_PROGRAM', 'NO_COLOR'] as const;

/** What the outer terminal can show, as terminals commonly say it. */
export function capabilitiesOf(environment: Variables): Capabilities {
  const { TERM: term = '', COLORTERM: colorterm = '' } = environment;
  if ((environment['NO_COLOR'] ?? '') !== '') return { colors: 'none' };
  if (/^vt\d|-m(ono)?$/.test(term)) return { colors: 'none' };
  if (/truecolor|24bit/i.test(colorterm)) return { colors: 'truecolor' };
  if (/kitty|alacritty|ghostty|wezterm|foot|direct/.test(term)) return { colors: 'truecolor' };
  if (term.includes('256')) return { colors: '256' };
  return { colors: '16' };
}

/** The words that start a person's editor, as a shell reads them: `emacsclient -a ''`. */
function editorWords(environment: Variables): readonly string[] {
  const command = [environment['VISUAL'], environment['EDITOR']].find((one) => one?.trim());
  const [program = '', ...rest] = splitWords(command ?? '');
  if (program === '') return ['vi'];
  // Git and others have it expanded by a shell.
  const home = environment['HOME'];
  return [home === undefined ? program : program.replace(/^~(?=\/)/, home), ...rest];
}

/**
 * What is said where that program is not there; undefined where it is.
 * @param isProgram whether a file is at an absolute path.
 */
export function missingEditor(
  environment: Variables,
  isProgram: (path: string) => boolean,
): string | undefined {
  const [program = 'vi'] = editorWords(environment);
  if (program.includes('/')) return isProgram(program) ? undefined : missing(program, environment);
  const folders = (environment['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const isThere = folders.some((folder) => isProgram(`${folder}/${program}`));
  return isThere ? undefined : missing(program, environment);
}

function missing(program: string, environment: Variables): string {
  const named = ['VISUAL', 'EDITOR'].find((name) => environment[name]?.trim());
  return named === undefined
    ? `there is no program ${program}: $EDITOR says which editor you have, before the dashboard starts`
    : `there is no program ${program}, which $${named} names`;
}

/** How editors are told a line that do not take `+LINE FILE`, by what their programs are called. */
const PLACES: readonly (readonly [RegExp, (file: string, line: string) => readonly string[]])[] = [
  [
    /^(?:code|codium|vscodium|cursor|windsurf|positron)(?:-|$)/,
    (file, line) => ['--goto', `${file}:${line}`],
  ],
  [
    /^(?:subl|sublime_text|zed|zeditor|zedit|hx|helix|lite-xl|lapce)$/,
    (file, line) => [`${file}:${line}`],
  ],
  [
    /^(?:idea|webstorm|pycharm|goland|phpstorm|rubymine|rider|clion|rustrover|fleet|studio)(?:64)?(?:-|\.|$)/,
    (file, line) => ['--line', line, file],
  ],
  [/^(?:kate|kwrite|mate|xed)$/, (file, line) => ['--line', line, file]],
];

/** How a person's editor is told a line: most take `+LINE`, some have their own way. */
export function editorArgv(environment: Variables, file: string, line: number): readonly string[] {
  const words = editorWords(environment);
  const name = (words[0] ?? 'vi').split('/').at(-1) ?? 'vi';
  const place = PLACES.find(([names]) => names.test(name))?.[1];
  return [...words, ...(place?.(file, String(line)) ?? [`+${String(line)}`, file])];
}

/** `Ctrl-b`, `^b`, `C-b` → `C-b`; what is no key at all is the default. */
export function prefixKey(setting: string): string {
  const letter = /^(?:ctrl[-+]|c-|\^)([a-z])$/i.exec(setting.trim())?.[1];
  return letter === undefined ? 'C-b' : `C-${letter.toLowerCase()}`;
}
