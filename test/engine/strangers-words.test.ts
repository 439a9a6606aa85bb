import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EVIL_PROJECT } from '../support/evil-project.ts';
import { openScreen } from '../support/pty-screen.ts';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';
import { judge } from '../support/terminal-judge.ts';

const BINARY = join(REPOSITORY, 'dist/main.js');

/** All that progress and the dashboard do to a terminal: see their own code. */
const OWN = /^CSI (?:\?h|\?l|H|J|K|A|G|E)$/;
const UNSEEN =
  /[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u;

describe('a module that attacks the terminal', () => {
  const rig = rigForSuite({
    files: EVIL_PROJECT,
    // One that is broken in a company's bundle stops nobody.
    env: { NODE_EXTRA_CA_CERTS: 'broken.pem', SSL_CERT_FILE: '', CURL_CA_BUNDLE: '' },
  });

  async function expectTame(what: string, output: string): Promise<void> {
    const { deeds } = await judge(output.replaceAll('\r\n', '\n'), OWN);
    expect(deeds, what).toEqual([]);
    expect(output, what).not.toMatch(UNSEEN);
  }

  /** Runs `dev ARGS` on a terminal, and has what it wrote there judged. */
  async function onTerminal(...args: readonly string[]): Promise<string> {
    const screen = await openScreen([process.execPath, BINARY, ...args], {
      cwd: rig().directory,
      env: { NODE_EXTRA_CA_CERTS: rig().path('broken.pem'), SSL_CERT_FILE: '' },
      columns: 200,
    });
    await screen.exited;
    const output = screen.output();
    screen.close();
    await expectTame(args.join(' '), output);
    return output;
  }

  beforeAll(async () => {
    const output = await onTerminal('up', '--detach', '--yes');
    expect(output).toContain('is up');
    expect(output).toMatch(/of 1 certificate in .*broken\.pem .*left out/);
  });

  it('reaches it as text alone: what it logs', async () => {
    expect(await onTerminal('logs')).toContain('after the long line');
    const piped = await rig().dev(['logs', '--tail', '500']);
    expect(piped.stdout).not.toMatch(/\x1b|[\x80-\x9f\u202e]/);
    const raw = await rig().dev(['logs', '--raw', '--tail', '500']);
    expect(raw.stdout).toContain('\x1b]52;c;UFdORUQ=\x07');
    // Records of JSON are laid out, and found by what they were, too.
    const record = await rig().dev(['logs', '--tail', '3', '--grep', '"level":50']);
    expect(record.stdout).toMatch(/^app \S [\d:.]{12} ERROR of json .* key=\[.*\n$/);
    expect(raw.stdout).toMatch(/^app \S \{"level":50,"time":\d+,"msg":"of json /m);
    const json = await rig().dev(['logs', '--json', '--tail', '500']);
    expect(json.stdout).toMatch(/^[\n\x20-\x7e漢字\u0301é☀️👩💻�]*$/u);
    expect(json.stdout).toContain('\\u001b]52;c;UFdORUQ=\\u0007');
  });

  it('whose long lines are whole', async () => {
    const found = await rig().dev(['logs', '--since', '1h', '--grep', '^begin-x{5000000}-end$']);
    expect(found.stdout).toMatch(/^app \S begin-x+-end\n$/);
    expect(found.stdout.length).toBeGreaterThan(5_000_000);
    // On a terminal the beginning is enough.
    const shown = await onTerminal('logs', '--since', '1h', '--grep', '^begin-');
    expect(shown).toContain('more characters)');
    expect(shown.length).toBeLessThan(20_000);
  });

  it('reaches it as text alone: its checks, probes, tools and state', async () => {
    for (const args of [
      ['check'],
      ['check', '--verbose'],
      ['probe', 'answers'],
      ['status'],
      ['urls'],
      ['tools', 'list'],
      ['config'],
      ['config', '--explain', 'services.app.labels.note'],
      ['nonsense\x1b]0;PWNED\x07'],
      // On a terminal settings are chosen: what is asked then is tried with the views.
      ['settings', '--dry-run'],
      ...[['trust'], ['list'], ['images'], ['doctor'], ['catalogue'], ['run']],
      ...[['run', 'seed', '--', '\x1b]0;PWNED\x07'], ['run', 'none\x9b2J'], ['version']],
      ...[
        ['init', '--dry-run'],
        ['ci', '--plan'],
        ['release', 'list'],
        ['parity', '--help'],
      ],
      ...[
        ['up', '--dry-run', '--verbose', '--recreate'],
        ['__complete', 'shell', ''],
      ],
    ]) {
      await onTerminal(...args);
    }
  });

  it('reaches it as text alone: its pipeline, run as a whole', async () => {
    const git = (...args: readonly string[]) =>
      rig().run([
        'git',
        '-c',
        'user.name=\x1b]0;PWNED\x07',
        '-c',
        'user.email=a@example.com',
        ...args,
      ]);
    await git('init', '--quiet');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'one \x1b]0;PWNED\x07 \u202e');
    const output = await onTerminal('ci');
    expect(output).toMatch(/test app/);
    expect(output).toMatch(/<\d+>|TS1/);
    for (const args of [['ci', 'show'], ['release', 'list'], ['release', 'log'], ['parity']])
      await onTerminal(...args);
  });

  it('reaches it as text alone: what is watched, in names too', async () => {
    const screen = await openScreen([process.execPath, BINARY, 'watch', '--output'], {
      cwd: rig().directory,
      columns: 200,
    });
    await screen.until('it watches', /watching \d+ folders/);
    rig().write('app/a\x1b]0;PWNED\x07\u202e\nerror: all is lost.js', '1');
    await screen.until('the checks end', /\d failed/, 60_000);
    const output = screen.output();
    screen.close();
    await expectTame('watch', output);
    expect(output).toMatch(/changed: app\/a error: all is lost\.js/);
  });

  it('reaches it as text alone: the dashboard', async () => {
    const screen = await openScreen([process.execPath, BINARY, 'dash'], {
      cwd: rig().directory,
      columns: 150,
    });
    await screen.until('the overview', /overview/);
    for (const [key, seen] of [
      ['\x021', /after the long line/],
      ['J', /lines as they came/],
      ['J', /ERROR of json[^]*after the long line/],
      ['\x022', /problems/],
      ['\x020', /overview/],
    ] as const) {
      screen.send(key);
      await screen.until(`window ${key.slice(1)}`, seen);
    }
    const output = screen.output();
    screen.send('\x02d');
    await screen.exited;
    screen.close();
    await expectTame('dash', output);
  });
});
