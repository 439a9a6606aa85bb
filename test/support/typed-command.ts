import { setImmediate } from 'node:timers/promises';
import { openScreen, type Screen } from './pty-screen.ts';
import { REPOSITORY, type Rig } from './rig.ts';

/** What a command came to for the person who typed it. */
export interface Typed {
  readonly status: number;
  /** All that it wrote, without the escape sequences of colours and cursors. */
  readonly output: string;
  /** What it asked; each was agreed to. */
  readonly asked: readonly string[];
  /** Whether the dashboard came up; it was left. */
  readonly hadDashboard: boolean;
}

export interface TypingOptions {
  readonly timeoutMs?: number;
  /** Keys that leave the dashboard. */
  readonly leave: string;
}

/** The question that waits for an answer, if one does. */
const pendingQuestion = (screen: Screen): string | undefined =>
  /^\? (.+) \((?:y\/N|Y\/n)\)\s*$/m.exec(screen.text())?.[1];

const isDashboard = (screen: Screen): boolean => screen.emulator.modes().alternateScreen;

/** The line of a document as a program to start: `dev` is this checkout's. */
function argvOf(line: string): readonly string[] {
  const [program = '', ...words] = line.split(' ');
  return program === 'dev'
    ? [process.execPath, `${REPOSITORY}/dist/main.js`, ...words]
    : [program, ...words];
}

/** Types a document's line in a terminal, agrees to what is asked, leaves the dashboard. */
export async function typeCommand(
  rig: Rig,
  line: string,
  { leave, timeoutMs = 90_000 }: TypingOptions,
): Promise<Typed> {
  const screen = await openScreen(argvOf(line), {
    cwd: rig.directory,
    // The launcher runs this very checkout, and builds nothing.
    env: { ONESTACK_HOME: REPOSITORY },
    columns: 160,
  });
  const asked: string[] = [];
  let hadDashboard = false;
  let status: number | undefined;
  const exited = screen.exited.then((ended) => {
    status = ended;
  });
  const calls = (): boolean => {
    const question = pendingQuestion(screen);
    return (isDashboard(screen) && !hadDashboard) || (question ?? asked.at(-1)) !== asked.at(-1);
  };
  const hasEnded = (): boolean => status !== undefined;
  try {
    for (;;) {
      const failed = await screen.until(`the end of ${line}`, calls, timeoutMs).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      );
      // Its end is known a moment after its last words are on the screen.
      if (failed !== undefined) await Promise.race([exited, setImmediate()]);
      if (hasEnded()) break;
      if (failed !== undefined) throw failed;
      const question = pendingQuestion(screen);
      if (isDashboard(screen)) {
        hadDashboard = true;
        await screen.until('the dashboard', /\S/);
        screen.send(leave);
      } else if (question !== undefined) {
        asked.push(question);
        screen.send('y\r');
      }
    }
    const output = screen.output().replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
    return { status: status ?? 1, output, asked, hadDashboard };
  } finally {
    screen.close();
  }
}
