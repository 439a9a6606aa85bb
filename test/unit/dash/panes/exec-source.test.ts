import { describe, expect, it } from 'vitest';
import { createEmulator } from '../../../../src/adapters/terminal-emulator.ts';
import { execSource } from '../../../../src/dash/panes/exec-source.ts';
import { PaneTerminal } from '../../../../src/dash/panes/pane-terminal.ts';
import { ok } from '../../../../src/util/result.ts';
import { PaneEngine } from '../../../support/pane-engine.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

/** A pane with a program in `api`, and what stands on its screen. */
function shellPane(needsHealth = false) {
  const engine = new PaneEngine();
  const clock = new VirtualClock();
  const terminal = new PaneTerminal(
    {
      id: 'shell:api',
      title: 'api shell',
      interactive: true,
      open: execSource({
        engine: () => Promise.resolve(engine),
        clock,
        instance: 'shop',
        service: 'api',
        program: () => ok({ argv: ['bash'], environment: {} }),
        needsHealth,
      }),
      createEmulator,
      onChange: () => undefined,
    },
    { columns: 80, rows: 10 },
  );
  const { emulator } = terminal;
  const screen = async (): Promise<readonly string[]> => {
    await clock.advance(2_000);
    await new Promise<void>((resolve) => emulator.write('', resolve));
    return Array.from({ length: emulator.lineCount() }, (_, line) => emulator.text(line)).filter(
      (text) => text !== '',
    );
  };
  terminal.start();
  return { engine, clock, terminal, screen };
}

describe('a shell in a container', () => {
  it('goes on in the restarted container by itself, with what was said before', async () => {
    const { engine, screen, terminal } = shellPane();
    await screen();
    engine.programs[0]?.says('before\r\n\x1b[?1049h\x1b[?1003h\x1b[?1006h\x1b[?25ltop');
    await screen();
    engine.runningSinceMs = undefined;
    engine.programs[0]?.exits(137);
    const [before, ended] = await screen();
    expect([before, ended]).toEqual([
      'before',
      'the container of api ended: this goes on in the next one',
    ]);
    terminal.send('typed at nobody');
    engine.runningSinceMs = 2;
    await screen();
    engine.programs[1]?.says('$ ');
    expect((await screen()).slice(2)).toEqual(['back in shop-api-1', '$ ']);
    expect(engine.programs[1]?.typed).toEqual([]);
    expect(terminal.emulator.modes()).toMatchObject({ mouse: 'none', alternateScreen: false });
    expect(terminal.emulator.cursor()).toBeDefined();
  });

  it('ends when its program ends, killed or not, and the container goes on', async () => {
    const { engine, screen, terminal } = shellPane();
    await screen();
    engine.programs[0]?.exits(3);
    expect(await screen()).toEqual(['ended with status 3 · Enter starts it again']);
    terminal.send('\r');
    await screen();
    engine.programs[1]?.exits(137);
    expect((await screen()).at(-1)).toBe('ended with status 137 · Enter starts it again');
    expect(terminal.hasEnded).toBe(true);
  });

  it('waits for a container that does not run yet, and is told what is typed at once', async () => {
    const { engine, screen, terminal } = shellPane();
    terminal.send('ls\r');
    await screen();
    expect(engine.programs[0]?.typed).toEqual(['ls\r']);
    const late = shellPane();
    late.engine.runningSinceMs = undefined;
    expect(await late.screen()).toEqual(['api does not run: dev up api starts it']);
    late.engine.runningSinceMs = 1;
    expect((await late.screen()).at(-1)).toBe('in shop-api-1');
  });

  it('that needs a service that is well waits until it has started', async () => {
    const { engine, screen } = shellPane(true);
    engine.health = 'starting';
    expect(await screen()).toEqual(['api is starting']);
    expect(engine.programs).toEqual([]);
    engine.health = 'healthy';
    expect((await screen()).at(-1)).toBe('in shop-api-1');
    expect(engine.programs).toHaveLength(1);
    // A service that is not well is one to look into.
    const ill = shellPane(true);
    ill.engine.health = 'unhealthy';
    await ill.screen();
    expect(ill.engine.programs).toHaveLength(1);
  });

  it('hangs up when its pane is closed: the engine alone would leave it running', async () => {
    const { engine, screen, terminal } = shellPane();
    await screen();
    terminal.close();
    expect(engine.programs[1]?.argv.slice(-2)).toEqual(['HUP', '7']);
  });
});
