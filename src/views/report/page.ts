import { createHash } from 'node:crypto';
import type { Failure } from '../../events/failure.ts';
import type { ReleaseState } from '../../release/release.ts';
import type { ReportData, ReportRun, RunState } from '../../release/report-data.ts';
import { runTitle } from '../../release/run-record.ts';
import type { FlakyStep } from '../../release/run-trends.ts';
import { durationText } from '../progress.ts';
import { fitting, html, Markup, table } from './html.ts';
import {
  gatesTable,
  NARROW_ROOM,
  WIDE_ROOM,
  pill,
  runMs,
  timeline,
  timeText,
  troubles,
} from './run-card.ts';
import { mapPicture } from './map-picture.ts';
import { STYLE } from './style.ts';

/** Of so many runs the page tells; the dashboard and `--json` have all. */
const SHOWN_RUNS = 25;
/** The page is for reading, and stays below a mebibyte: older ones go where it gets longer. */
const RUNS_BYTES = 220_000;
const RELEASES_BYTES = 60_000;
const FLAKY_BYTES = 30_000;
const BARS = 40;

/** How a served page stays true: asked each second, replaced where it has changed. */
const LIVE_SCRIPT = `(()=>{let tag='';const live=document.getElementById('live');
const ask=async()=>{try{const told=await fetch('/',{cache:'no-store',headers:tag?{'if-none-match':tag}:{}});
if(told.status===200){tag=told.headers.get('etag')||'';const next=new DOMParser().parseFromString(await told.text(),'text/html');
const open=[...document.querySelectorAll('details[open]')].map((one)=>one.id);
document.querySelector('main').replaceChildren(...next.querySelector('main').childNodes);document.title=next.title;
for(const id of open)document.getElementById(id)?.setAttribute('open','')}
live.textContent='live'}catch{live.textContent='nobody answers: dev report --serve'}
setTimeout(ask,1000)};setTimeout(ask,1000)})()`;

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='%232463c9'/%3E%3C/svg%3E";

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function policy(live: boolean): string {
  const allowed = [
    "default-src 'none'",
    `style-src ${hashOf(STYLE)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    ...(live ? [`script-src ${hashOf(LIVE_SCRIPT)}`, "connect-src 'self'"] : []),
  ];
  return allowed.join('; ');
}

const short = (commit: string): string => commit.slice(0, 7);

function runHead(run: ReportRun, nowMs: number): Markup {
  const { record, state } = run;
  return html`<div class="head">
    <span class="big">${runTitle(record)}</span>${pill(state)}<span class="soft mono"
      >${short(record.commit)}</span
    ><span class="soft">${timeText(record.startedAtMs)}</span
    ><span class="right soft">${durationText(runMs(run, nowMs))}</span>
  </div>`;
}

/** Colours of bars. */
const SHADES: Readonly<Record<RunState, string>> = {
  good: 'done',
  running: 'running',
  failed: 'failed',
  interrupted: 'left',
  killed: 'left',
};

/** How long the last runs took, and how they ended. */
function historyBars(runs: readonly ReportRun[], nowMs: number): Markup | undefined {
  const shown = runs.slice(0, BARS).toReversed();
  if (shown.length < 2) return undefined;
  const longest = Math.max(1, ...shown.map((run) => runMs(run, nowMs)));
  const bars = shown.map((run, at) => {
    const height = Math.max(3, (runMs(run, nowMs) * 60) / longest);
    const shade = SHADES[run.state];
    const told = `${runTitle(run.record)}: ${run.state}, ${durationText(runMs(run, nowMs))}`;
    return html`<rect
      class="${shade}"
      x="${at * 10 + 1}"
      y="${(62 - height).toFixed(1)}"
      width="8"
      height="${height.toFixed(1)}"
      ><title>${told}</title></rect
    >`;
  });
  return html`<div class="history">
      <svg
        viewBox="0 0 ${Math.max(shown.length, BARS / 2) * 10} 64"
        preserveAspectRatio="none"
        role="img"
        aria-label="how long the last ${shown.length} runs took"
      >
        ${bars}
      </svg>
    </div>
    <p class="soft">the last ${shown.length} runs, the longest ${durationText(longest)}</p>`;
}

function runEntry(run: ReportRun, nowMs: number): Markup {
  const { record, state } = run;
  return html`<details id="run-${record.id}">
    <summary>
      ${pill(state)}<strong>${runTitle(record)}</strong
      ><span class="soft mono wide">${short(record.commit)}</span
      ><span class="soft">${timeText(record.startedAtMs)}</span
      ><span class="right soft">${durationText(runMs(run, nowMs))}</span>
    </summary>
    <div>
      ${timeline(run, nowMs, NARROW_ROOM)}${troubles(run, NARROW_ROOM)}${gatesTable(run, NARROW_ROOM)}
    </div>
  </details>`;
}

function allRuns(runs: readonly ReportRun[], nowMs: number): Markup {
  const { shown, hidden } = fitting(runs.slice(0, SHOWN_RUNS), RUNS_BYTES, (run) =>
    runEntry(run, nowMs),
  );
  const others = hidden + Math.max(0, runs.length - SHOWN_RUNS);
  return html`${shown}${others > 0 && html`<p class="soft">and ${others} older ones</p>`}`;
}

function releasesTable(states: readonly ReleaseState[]): Markup {
  if (states.length === 0)
    return html`<p class="soft">Nothing is released yet: <code>dev release</code></p>`;
  const { shown, hidden } = fitting(states, RELEASES_BYTES, (state) => {
    const { release, releasedAt, promotedAt } = state;
    const [place, at] =
      promotedAt === undefined
        ? [html`<span class="pill">integration</span>`, releasedAt]
        : [html`<span class="pill good">release</span>`, promotedAt];
    const who = (state.promotedBy ?? state.releasedBy).replace(/ <.*/s, '');
    return html`<tr>
      <td>
        <strong>${release.version}</strong><br /><span class="soft"
          >${Object.keys(release.images).join(', ')}</span
        >
      </td>
      <td>${place}</td>
      <td class="soft">${at.slice(0, 16).replace('T', ' ')}<br />${who}</td>
    </tr>`;
  });
  return html`${table(['version', 'where', 'since, by'], shown)}
  ${hidden > 0 && html`<p class="soft">and ${hidden} older ones</p>`}`;
}

function flakyList(flaky: readonly FlakyStep[]): Markup {
  if (flaky.length === 0)
    return html`<p class="soft">No check has failed and passed with the same sources.</p>`;
  const { shown } = fitting(
    flaky,
    FLAKY_BYTES,
    ({ id, commit, failed, passed }) =>
      html`<li>
        <strong>${id.replace(':', ' ')}</strong> <span class="pill warn">flaky</span> failed
        ${failed} and passed ${passed} times with the same sources, at
        <span class="mono">${short(commit)}</span>
      </li>`,
  );
  return html`<ul>
    ${shown}
  </ul>`;
}

/** The newest run that looked at gates, and what they said. */
function gatesPart(runs: readonly ReportRun[]): Markup {
  for (const run of runs) {
    const table = gatesTable(run, WIDE_ROOM);
    if (table === undefined) continue;
    return html`<p class="soft">of ${runTitle(run.record)}, ${timeText(run.record.startedAtMs)}</p>
      ${table}`;
  }
  return html`<p class="soft">
    No gates were looked at yet: <code>gates:</code> in <code>dev.yaml</code> asks for coverage,
    tests and the size of images.
  </p>`;
}

function mapPart({ map, problems }: ReportData): Markup {
  if (map !== undefined && map.nodes.length > 0) return mapPicture(map);
  if (problems.length === 0) return html`<p class="soft">Nothing is defined yet.</p>`;
  return html`<p>The definition cannot be read:</p>
    <ul>
      ${problems.slice(0, 20).map((one) => html`<li>${one}</li>`)}
    </ul>`;
}

function bodyOf(data: ReportData): Markup {
  const { runs, madeAtMs: nowMs } = data;
  const [latest] = runs;
  const first =
    latest === undefined
      ? html`<section>
          <h2>Latest run</h2>
          <p class="soft">Nothing has run yet: <code>dev ci</code></p>
        </section>`
      : html`<section id="latest">
          <h2>Latest run</h2>
          ${runHead(latest, nowMs)}${timeline(latest, nowMs, WIDE_ROOM)}${troubles(latest, WIDE_ROOM)}
        </section>`;
  return html`<header>
      <h1>${data.project}</h1>
      <span class="soft">from commit to release</span
      ><span class="right soft">${timeText(nowMs)}</span>
    </header>
    ${first}
    <section>
      <h2>Gates: tests, coverage, sizes</h2>
      ${gatesPart(runs)}
    </section>
    <div class="pair">
      <section>
        <h2>Releases</h2>
        ${releasesTable(data.releases)}
      </section>
      <section>
        <h2>Flaky checks</h2>
        ${flakyList(data.flaky)}
      </section>
    </div>
    <section>
      <h2>System</h2>
      ${mapPart(data)}
    </section>
    <section>
      <h2>Runs</h2>
      ${historyBars(runs, nowMs)}${allRuns(runs, nowMs)}
    </section>`;
}

/**
 * The report as one page that needs nothing else: no network, no script. Pure.
 * @param live for a server that answers with the newest page; only then it has a script.
 */
export function reportPage(data: ReportData, { live }: { readonly live: boolean }): string {
  return pageOf(`${data.project}: ${data.runs[0]?.state ?? 'no runs'}`, bodyOf(data), live);
}

/** What is served while nothing can be told: a definition that is being edited, a folder that moved. */
export function failedPage(failures: readonly Failure[]): string {
  const items = failures.map(
    ({ what, why }) =>
      html`<li>${what}${why !== undefined && html`<br /><span class="soft">${why}</span>`}</li>`,
  );
  return pageOf(
    'no report',
    html`<section>
      <h2>No report</h2>
      <ul>
        ${items}
      </ul>
    </section>`,
    true,
  );
}

function pageOf(title: string, body: Markup, live: boolean): string {
  const script = live ? new Markup(`<script>${LIVE_SCRIPT}</script>`) : undefined;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(policy(live))}" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="${new Markup(ICON)}" />
        <title>${title}</title>
        ${new Markup(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>${body}</main>
        <footer><p>dev report${live && html` · <span id="live">live</span>`}</p></footer>
        ${script}
      </body>
    </html> `.text;
}

/** The page without the moment that it was made at: the same text, nothing has changed. */
export function pageTag(page: string): string {
  return `"${createHash('sha256').update(page).digest('base64url').slice(0, 22)}"`;
}
