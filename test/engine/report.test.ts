import { mkdirSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportPage } from '../../src/views/report/page.ts';
import { removeBakedImages } from '../support/baked-images.ts';
import { Browser, type BrowserPage } from '../support/browser.ts';
import { HOSTILE_WORDS, hostileData, shopData } from '../support/report-data.ts';
import { rigForSuite } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const JUNIT = '<testsuite><testcase name="a"/><testcase name="b"/></testsuite>\n';
const definition = (test: string) => `
name: any
pipeline: { smoke: false }
modules:
  api:
    image: node
    test: ${test}
    run: node src/main.mjs
    artifact: [src]
gates:
  api: { tests: { report: junit.xml, least: 2 } }
`;
const GOOD = definition('cp reports/junit.xml .');

const suite = rigForSuite({
  files: {
    'dev.yaml': GOOD,
    'compose/base.yaml': `
services:
  api: { environment: { STORE_URL: 'redis://:secret-word@store:6379' } }
  store: { image: onestack/os, command: [sleep, infinity] }
`,
    'api/src/main.mjs': 'console.log("hello");\n',
    'api/reports/junit.xml': JUNIT,
    '.gitignore': '.dev/\n/api/junit.xml\ndev.settings.yaml\npages/\nreport.html\n',
  },
});

let browser: Browser;
const text = (page: BrowserPage) => page.evaluate('document.body.innerText').then(String);
/** How much wider than the window it is. */
const OVERFLOW = 'document.documentElement.scrollWidth - innerWidth';
const PAPER = 'getComputedStyle(document.body).backgroundColor';

async function commit(dev: string): Promise<void> {
  writeFileSync(suite().path('dev.yaml'), dev.replace('name: any', `name: ${suite().name}`));
  await suite().run(['git', 'add', '--all']);
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
  await suite().run(['git', ...who, 'commit', '--quiet', '--message', 'any']);
}

beforeAll(async () => {
  await suite().run(['git', 'init', '--quiet', '--initial-branch=main']);
  await commit(GOOD);
  browser = await Browser.start();
}, 400_000);

afterAll(async () => {
  await browser.stop();
  await removeBakedImages(suite().name);
});

function written(name: string, page: string): string {
  const path = suite().path(`pages/${name}.html`);
  mkdirSync(suite().path('pages'), { recursive: true });
  writeFileSync(path, page);
  return pathToFileURL(path).href;
}

describe('the page, in a browser', () => {
  it('is read on a phone and on a wall, light and dark, and asks nobody for anything', async () => {
    const url = written('shop', reportPage(shopData(), { live: false }));
    const page = await browser.open(url, { width: 1440 });
    const papers = new Set<unknown>();
    for (const width of [1440, 360]) {
      for (const dark of [false, true]) {
        await page.look({ width, dark, height: width === 360 ? 800 : 1000 });
        expect(await page.evaluate(OVERFLOW)).toBeLessThanOrEqual(0);
        const shown = await text(page);
        for (const word of ['test web', 'flaky', '87.2 %', 'integration', '1.4.0+3f2a1bc']) {
          expect(shown).toContain(word);
        }
        papers.add(await page.evaluate(PAPER));
        const place = process.env['ONESTACK_SCREENSHOTS'];
        if (place !== undefined) {
          const name = `report-${String(width)}-${dark ? 'dark' : 'light'}.png`;
          writeFileSync(join(place, name), await page.screenshot());
        }
      }
    }
    expect(papers.size).toBe(2);
    expect(await page.evaluate("document.querySelectorAll('.map g').length")).toBe(7);
    // Shut parts are laid out too when they are opened.
    await page.look({ width: 360 });
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
    expect(await page.evaluate(OVERFLOW)).toBeLessThanOrEqual(0);
    expect(await text(page)).toContain('expected 2 to be 3');
    expect(page.errors).toEqual([]);
    expect(page.requests.filter((one) => !one.startsWith('data:'))).toEqual([url]);
  });

  it('shows what strangers wrote as text, wherever it stands', async () => {
    const url = written('hostile', reportPage(hostileData(), { live: false }));
    const page = await browser.open(url, { width: 360 });
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
    expect(await page.evaluate('window.owned')).toBeUndefined();
    expect(await page.evaluate("document.querySelectorAll('script,img,iframe,a').length")).toBe(0);
    const attributes = `[...document.querySelectorAll('*')].flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith('on'))`;
    expect(await page.evaluate(attributes)).toEqual([]);
    const shown = await text(page);
    for (const word of HOSTILE_WORDS) expect(shown).toContain(word);
    expect(await page.evaluate(OVERFLOW)).toBeLessThanOrEqual(0);
    expect(page.errors).toEqual([]);
    expect(page.requests.filter((one) => !one.startsWith('data:'))).toEqual([url]);
  });
});

describe('dev report', () => {
  it('tells of a run that failed and one that was good, with gates, and of the system', async () => {
    await commit(definition('cp reports/junit.xml . && echo "<script>owned=1</script>" && false'));
    const broken = await suite().dev(['--yes', '--json', 'ci']);
    expect(broken.status).toBe(1);
    expect(broken.stderr).toMatch(/ failed .*\n├─ api\n(?:.*\n)*│ {2}├─ ✗ test/);
    const { run } = JSON.parse(broken.stdout) as { run: { state: string } };
    expect(run.state).toBe('failed');
    await commit(GOOD);
    const good = await suite().dev(['--yes', '--json', 'ci']);
    expect(good.status, suite().transcript()).toBe(0);
    const outcome = JSON.parse(good.stdout) as {
      gates: Record<string, { gate: string; passed: boolean; what: string }[]>;
      run: {
        record: { steps: { id: string; outcome: string }[] };
        trends: Record<string, { usualMs: number }>;
      };
    };
    const said = { gate: 'tests', passed: true, what: '2 tests ran, 0 failed, 0 were skipped' };
    expect(outcome.gates['api']).toMatchObject([said]);
    const steps = outcome.run.record.steps.filter(({ outcome: one }) => one === 'done');
    expect(steps.map(({ id }) => id)).toContain('test:api');
    // Again, when all of it is kept.
    const again = await suite().dev(['--yes', '--json', 'ci']);
    expect((JSON.parse(again.stdout) as typeof outcome).gates['api']).toMatchObject([said]);

    const made = await suite().dev(['report', '--out', 'report.html']);
    expect(made.status, suite().transcript()).toBe(0);
    const path = suite().path('report.html');
    expect(made.stdout).toBe(`${path}\n`);
    const page = await browser.open(pathToFileURL(path).href, { width: 1440 });
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
    const shown = await text(page);
    for (const word of ['good', 'failed', '2 tests ran', '<script>owned=1</script>']) {
      expect(shown).toContain(word);
    }
    expect(shown).not.toContain('secret-word');
    const talks = await page.evaluate(
      "document.querySelector('.map svg').getAttribute('aria-label')",
    );
    expect(talks).toContain('api talks to store');
    expect(page.errors).toEqual([]);

    const tree = await suite().dev(['ci', 'show']);
    expect(tree.stdout).toMatch(/ good .*\n/);
    expect(tree.stdout).toMatch(/✓ compile +[\d.]+m?s +usually/);
    const told = JSON.parse((await suite().dev(['report', '--json', '--dry-run'])).stdout) as {
      runs: { state: string }[];
    };
    expect(told.runs.map(({ state }) => state)).toEqual(['good', 'failed']);
  });

  it('--serve follows a run while it goes on, and answers nobody but this machine', async () => {
    const serving = suite().startDev(['report', '--serve']);
    await waitFor('its address', () => serving.stdout().includes('\n'));
    const url = serving.stdout().trim();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await browser.open(url, { width: 1440 });
    await commit(
      definition('cp reports/junit.xml . && until test -e /tmp/never; do sleep 0.1; done'),
    );
    const run = suite().startDev(['--yes', 'ci']);
    await waitFor('the page shows it', async () => (await text(page)).includes('running'));
    run.kill('SIGINT');
    expect((await run.finished).status).toBe(130);
    await waitFor('the page shows its end', async () => {
      const shown = await text(page);
      return shown.includes('interrupted') && !shown.includes('running');
    });
    expect(page.errors).toEqual([]);
    expect(new Set(page.requests.filter((one) => !one.startsWith('data:')))).toEqual(
      new Set([url]),
    );
    expect(await statusFor(url, { host: 'evil.example' })).toBe(403);
    expect(await statusFor(`${url}etc/passwd`, {})).toBe(404);
    serving.kill('SIGINT');
    expect((await serving.finished).status).toBe(0);
  });
});

function statusFor(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).once('error', reject);
  });
}
