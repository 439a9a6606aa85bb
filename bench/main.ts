/** The budgets of docs/ARCHITECTURE.md, measured in one run on one machine, as ratios. */
import { benchBare } from './bare.ts';
import { benchChecks } from './checks.ts';
import { benchDash } from './dash.ts';
import { benchDelivery } from './delivery.ts';
import { benchInit } from './init.ts';
import { benchInstalls } from './installs.ts';
import { benchLive } from './live.ts';
import { rowText } from './measure.ts';
import { benchMerge } from './merge.ts';
import { benchPlain } from './plain.ts';
import { benchTools } from './tools.ts';
import { benchStart, benchUp } from './up.ts';

const wanted = process.argv.slice(2);
/** Each tells a figure as soon as it has it. */
const benches: Readonly<Record<string, () => AsyncIterable<string>>> = {
  start: async function* () {
    yield rowText(await benchStart());
  },
  merge: benchMerge,
  init: benchInit,
  installs: benchInstalls,
  up: async function* () {
    for await (const row of benchUp()) yield rowText(row);
  },
  plain: async function* () {
    for await (const row of benchPlain()) yield rowText(row);
  },
  dash: benchDash,
  tools: benchTools,
  live: benchLive,
  checks: benchChecks,
  delivery: benchDelivery,
  bare: benchBare,
};
/** Those that need the whole machine for minutes run where they are named. */
const ONLY_NAMED: readonly string[] = ['bare'];

for (const [name, run] of Object.entries(benches)) {
  const isWanted = wanted.length > 0 ? wanted.includes(name) : !ONLY_NAMED.includes(name);
  if (!isWanted) continue;
  for await (const line of run()) console.log(line);
}
