import { isMapping, mappingAt } from '../../model/plain.ts';
import { SEVERITIES, type Severity, type VulnerabilitiesGate } from '../../model/gates.ts';
import type { ShippedPackage } from './licences.ts';
import { baseScore, severityOfScore } from './cvss.ts';
import { compareVersions } from './package-versions.ts';
import { passed, refused, type Verdict } from './verdict.ts';

/** Names of the ecosystems in the OSV schema (ossf.github.io/osv-schema). */
const ECOSYSTEMS = { npm: 'npm', golang: 'Go', pypi: 'PyPI', maven: 'Maven' } as const;

/** A known weakness of one package. */
interface Advisory {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  /** One that does not say counts as the worst. */
  readonly severity: Severity;
  readonly versions: readonly string[];
  readonly events: readonly (readonly Event[])[];
}

interface Event {
  readonly kind: 'introduced' | 'fixed' | 'last_affected';
  readonly version: string;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const texts = (value: unknown): readonly string[] => listOf(value).map(textOf);

/** `django-rest_framework` and `Django_Rest.Framework` are one package of Python's. */
function nameOf(name: string, ecosystem: string): string {
  return ecosystem === 'PyPI' ? name.toLowerCase().replace(/[-_.]+/g, '-') : name;
}

function severityOf(...places: readonly unknown[]): Severity {
  for (const place of places) {
    const said = textOf(mappingAt(place, 'database_specific')['severity']).toLowerCase();
    const known = said === 'medium' ? 'moderate' : said;
    const severity = SEVERITIES.find((one) => one === known);
    if (severity !== undefined) return severity;
  }
  return scoredSeverity(places) ?? 'critical';
}

/** By the vectors that an entry gives; the worst of those that can be reckoned. */
function scoredSeverity(places: readonly unknown[]): Severity | undefined {
  const vectors = places.flatMap((place) => (isMapping(place) ? listOf(place['severity']) : []));
  const scores = vectors.flatMap(
    (one) => baseScore(textOf(isMapping(one) ? one['score'] : '')) ?? [],
  );
  return scores.length === 0 ? undefined : severityOfScore(Math.max(...scores));
}

function eventsOf(range: unknown): readonly Event[] {
  if (!isMapping(range) || range['type'] === 'GIT') return [];
  return listOf(range['events']).flatMap((event) =>
    (['introduced', 'fixed', 'last_affected'] as const).flatMap((kind) => {
      const version = isMapping(event) ? textOf(event[kind]) : '';
      return version === '' ? [] : [{ kind, version }];
    }),
  );
}

/** One JSON text, or one a line: entries, lists of them, and what the API answers (`vulns`). */
function entriesOf(text: string): readonly unknown[] | undefined {
  const flat = (value: unknown): readonly unknown[] =>
    isMapping(value) && Array.isArray(value['vulns']) ? listOf(value['vulns']) : [value].flat();
  try {
    return flat(JSON.parse(text));
  } catch {
    try {
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      return lines.flatMap((line) => flat(JSON.parse(line)));
    } catch {
      return undefined;
    }
  }
}

/** What a database in OSV's form knows, by `ECOSYSTEM/NAME`; undefined for a text that is none. */
export function readAdvisories(text: string): ReadonlyMap<string, readonly Advisory[]> | undefined {
  const entries = entriesOf(text);
  const isEntry = (entry: unknown): boolean =>
    isMapping(entry) && typeof entry['id'] === 'string' && typeof entry['modified'] === 'string';
  if (entries === undefined || entries.length === 0 || !entries.every(isEntry)) return undefined;
  const known = new Map<string, Advisory[]>();
  for (const entry of entries) {
    if (!isMapping(entry) || entry['withdrawn'] !== undefined) continue;
    for (const affected of listOf(entry['affected'])) {
      if (!isMapping(affected)) continue;
      const { ecosystem, name } = mappingAt(affected, 'package');
      const system = textOf(ecosystem).split(':')[0] ?? '';
      const key = `${system}/${nameOf(textOf(name), system)}`;
      const advisory = {
        ...{ id: textOf(entry['id']), aliases: texts(entry['aliases']) },
        summary: textOf(entry['summary']),
        severity: severityOf(entry, affected),
        versions: texts(affected['versions']),
        events: listOf(affected['ranges']).map(eventsOf),
      };
      known.set(key, [...(known.get(key) ?? []), advisory]);
    }
  }
  return known;
}

/** As the schema's own algorithm has it: events in order of their versions, the last that applies counts. */
function isWithin(version: string, events: readonly Event[]): boolean {
  let inside = false;
  for (const event of events.toSorted((a, b) => compareVersions(a.version, b.version))) {
    const order = compareVersions(version, event.version);
    if (event.kind === 'introduced' && order >= 0) inside = true;
    if (event.kind === 'fixed' && order >= 0) inside = false;
    if (event.kind === 'last_affected' && order > 0) inside = false;
  }
  return inside;
}

function concerns({ versions, events }: Advisory, version: string): boolean {
  const plain = version.replace(/^v/, '').replace(/\+incompatible$/, '');
  return (
    versions.some((one) => one === version || one === plain) ||
    events.some((range) => isWithin(plain, range))
  );
}

const fixes = ({ events }: Advisory): string => {
  const fixed = events.flat().flatMap(({ kind, version }) => (kind === 'fixed' ? [version] : []));
  return fixed.length === 0 ? 'no version mends it' : `mended in ${[...new Set(fixed)].join(', ')}`;
};

/**
 * Known weaknesses of what production has, from a database that somebody has fetched. Those of what is
 * locked beside it are told apart, and fail nothing.
 */
export function vulnerabilitiesVerdict(
  gate: VulnerabilitiesGate,
  packages: readonly ShippedPackage[] | undefined,
  database: string | undefined,
): Verdict {
  const name = 'vulnerabilities';
  const known = database === undefined ? undefined : readAdvisories(database);
  if (known === undefined) {
    const why = database === undefined ? 'is not there' : 'is no database in OSV’s JSON';
    const cure = 'Put one there before dev ci: entries from osv.dev, as one JSON list';
    return refused(name, `${gate.database} ${why}`, [gate.database], cure);
  }
  if (packages === undefined) {
    const cure = 'Lock the dependencies, and commit the lockfile';
    return refused(name, 'no lockfile says what production has', [], cure);
  }
  const least = SEVERITIES.indexOf(gate.from);
  const found = packages.flatMap((one) => {
    const system = ECOSYSTEMS[one.type];
    return (known.get(`${system}/${nameOf(one.name, system)}`) ?? [])
      .filter((advisory) => concerns(advisory, one.version))
      .map((advisory) => ({ one, advisory }));
  });
  const isAccepted = ({ id, aliases }: Advisory): boolean =>
    [id, ...aliases].some((alias) => gate.except.includes(alias));
  const shipped = found.filter(({ one }) => one.onlyLocked !== true);
  const failing = shipped.filter(
    ({ advisory }) => SEVERITIES.indexOf(advisory.severity) >= least && !isAccepted(advisory),
  );
  const beside = found.filter((one) => !shipped.includes(one));
  const place = ({ one, advisory }: (typeof found)[number]): string =>
    `${one.name}@${one.version}${one.onlyLocked === true ? ' (only locked)' : ''}: ${advisory.id}, ${advisory.severity}, ${fixes(advisory)}: ${advisory.summary}`;
  const count = packages.filter(({ onlyLocked }) => onlyLocked !== true).length;
  const all = `${String(count)} packages`;
  if (failing.length > 0) {
    return refused(
      name,
      `${String(failing.length)} known weaknesses in ${all}`,
      failing.map(place),
      'Update these packages; what does not concern you: vulnerabilities.except of this gate',
    );
  }
  const told =
    shipped.length === 0
      ? `none known in ${all}`
      : `${String(shipped.length)} known in ${all}, all accepted or below ${gate.from}`;
  const more =
    beside.length === 0 ? '' : `; ${String(beside.length)} in what is locked and not shipped`;
  return passed(name, `${told}${more}`, [...shipped, ...beside].map(place));
}
