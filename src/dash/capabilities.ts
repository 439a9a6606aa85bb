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

/** A file, a line, and a column where it is known. */
type Place = readonly [file: string, line: string, column: string | undefined];

const afterColons = ([file, line, column]: Place): string =>
  [file, line, column].filter((part) => part !== undefined).join(':');

const byOptions = ([file, line, column]: Place): readonly string[] => [
  ...['--line', line],
  ...(column === undefined ? [] : ['--column', column]),
  file,
];

/** How editors are told a place that want more than `+LINE FILE`, by what their programs are called. */
const PLACES: readonly (readonly [RegExp, (place: Place) => readonly string[]])[] = [
  [
    /^(?:code|codium|vscodium|cursor|windsurf|positron)(?:-|$)/,
    (place) => ['--goto', afterColons(place)],
  ],
  [
    /^(?:subl|sublime_text|zed|zeditor|zedit|hx|helix|lite-xl|lapce)$/,
    (place) => [afterColons(place)],
  ],
  [
    /^(?:idea|webstorm|pycharm|goland|phpstorm|rubymine|rider|clion|rustrover|fleet|studio)(?:64)?(?:-|\.|$)/,
    byOptions,
  ],
  [/^(?:kate|kwrite)$/, byOptions],
  [/^(?:mate|xed)$/, ([file, line]) => ['--line', line, file]],
  [
    /^(?:vim|nvim|gvim|mvim)$/,
    ([file, line, column]) => [
      column === undefined ? `+${line}` : `+call cursor(${line},${column})`,
      file,
    ],
  ],
  [
    /^(?:emacs|emacsclient|micro)$/,
    ([file, line, column]) => [column === undefined ? `+${line}` : `+${line}:${column}`, file],
  ],
  [
    /^nano$/,
    ([file, line, column]) => [column === undefined ? `+${line}` : `+${line},${column}`, file],
  ],
];

/** How a person's editor is told a place: most take `+LINE`, some have their own way. */
export function editorArgv(
  environment: Variables,
  file: string,
  line: number,
  column?: number,
): readonly string[] {
  const words = editorWords(environment);
  const name = (words[0] ?? 'vi').split('/').at(-1) ?? 'vi';
  const tell = PLACES.find(([names]) => names.test(name))?.[1];
  // It becomes part of a command of vim's.
  const place: Place = [
    file,
    String(line),
    Number.isSafeInteger(column) ? String(column) : undefined,
  ];
  return [...words, ...(tell?.(place) ?? [`+${String(line)}`, file])];
}

/** `Ctrl-b`, `^b`, `C-b` → `C-b`; what is no key at all is the default. */
export function prefixKey(setting: string): string {
  const letter = /^(?:ctrl[-+]|c-|\^)([a-z])$/i.exec(setting.trim())?.[1];
  return letter === undefined ? 'C-b' : `C-${letter.toLowerCase()}`;
}
