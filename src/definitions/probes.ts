import type { Expectation, ProbeDefinition, ProbeStageDefinition } from '../model/probe.ts';
import { parseDuration } from '../util/duration.ts';
import { regexProblem } from './checks.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import { SERVICE_KINDS } from '../service-kinds/table.ts';
import type { DefinitionProblems } from './problems.ts';
import type { RawExpectation, RawProbe, RawRequest, RawStage } from './project-schema.ts';
import { reportService } from './windows.ts';
import type { KnownNames } from './windows.ts';
import type { YamlPath } from './yaml-source.ts';

const DEFAULT_TIMEOUT_MS = 5_000;

const KINDS: readonly string[] = SERVICE_KINDS.map(({ name }) => name);
const ADDRESS = new RegExp(`^(?:(?:https?|tcp|${KINDS.join('|')})://\\S+|${KINDS.join('|')})$`);

type Request = ProbeDefinition['request'];
type LongRequest = Exclude<RawRequest, string>;
type LongStage = LongRequest & {
  readonly service: string;
  readonly name?: string | undefined;
  readonly after?: string | undefined;
};

/** The probes of a schema-valid `dev.yaml`, in its order. */
export function probesOf(
  raw: Readonly<Record<string, RawProbe>>,
  known: KnownNames,
  problems: DefinitionProblems,
): readonly ProbeDefinition[] {
  return Object.entries(raw).map(([name, probe]) => {
    const at: YamlPath = ['probes', name];
    return {
      name,
      request: requestOf('probe', probe.request, [...at, 'request'], problems),
      stages: stagesOf(probe.stages ?? [], [...at, 'stages'], known, problems),
    };
  });
}

function stagesOf(
  raw: readonly RawStage[],
  at: YamlPath,
  known: KnownNames,
  problems: DefinitionProblems,
): readonly ProbeStageDefinition[] {
  const seen = new Set<string>();
  return raw.map((written, index) => {
    const place: YamlPath = [...at, index];
    const { service, stage, name, after } = longStage(written);
    if (after !== undefined && !seen.has(after)) {
      problems.at([...place, 'after'], {
        what: `no stage before this one is named "${after}"`,
        cure: didYouMean(after, [...seen], 'Stages before it'),
      });
    }
    if (seen.has(name)) {
      problems.at(place, {
        what: `two stages are named "${name}"`,
        cure: 'Give the second one a name of its own',
      });
    }
    seen.add(name);
    reportService(service, isLong(written) ? [...place, 'service'] : place, known, problems);
    const request = requestOf('stage', stage, place, problems);
    return { name, service, ...request, ...(after === undefined ? {} : { after }) };
  });
}

/** `{ api: URL }` is short for `{ service: api, url: URL }`. */
function longStage(raw: RawStage): {
  readonly service: string;
  readonly name: string;
  readonly stage: RawRequest;
  readonly after?: string | undefined;
} {
  if (isLong(raw)) {
    const { service, name = service, after } = raw;
    return { service, name, after, stage: raw };
  }
  const [[service, url] = ['', '']] = Object.entries(raw);
  return { service, name: service, stage: url };
}

function isLong(raw: RawStage): raw is LongStage {
  return 'service' in raw && Object.keys(raw).length > 1;
}

function requestOf(
  of: 'probe' | 'stage',
  written: RawRequest,
  at: YamlPath,
  problems: DefinitionProblems,
): Request {
  const raw: LongRequest = typeof written === 'string' ? { url: written } : written;
  const [, inlineMethod, url = raw.url] = /^([A-Z]+)\s+(\S.*)$/.exec(raw.url) ?? [];
  const urlAt = typeof written === 'string' ? at : [...at, 'url'];
  if (of === 'probe' && KINDS.includes(url)) {
    problems.at(urlAt, {
      what: `"${url}" says what is asked, and not where`,
      cure: `Write stages: [SERVICE: ${url}], or the address: tcp://SERVICE:port`,
    });
  } else if (!ADDRESS.test(url) || (!KINDS.includes(url) && !URL.canParse(url))) {
    problems.at(urlAt, {
      what: `"${url}" is no address that a probe can ask`,
      cure: `Write http://host:port/path, https://… or tcp://host:port${of === 'probe' ? '' : `, or what the service is: ${KINDS.join(', ')}`}`,
    });
  }
  if (raw.body !== undefined && raw.json !== undefined) {
    problems.atKey([...at, 'json'], { what: 'a request has a body or json, not both' });
  }
  const body = raw.json === undefined ? raw.body : JSON.stringify(raw.json);
  const headers = Object.fromEntries(
    Object.entries(raw.headers ?? {}).map(([key, value]) => [key.toLowerCase(), String(value)]),
  );
  return {
    url,
    method: raw.method ?? inlineMethod ?? 'GET',
    headers: raw.json === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
    expect: expectationOf(raw.expect, [...at, 'expect'], problems),
    timeoutMs: parseDuration(raw.timeout ?? '') ?? DEFAULT_TIMEOUT_MS,
  };
}

function expectationOf(
  raw: RawExpectation | undefined,
  at: YamlPath,
  problems: DefinitionProblems,
): Expectation {
  if (raw === undefined) return { status: [] };
  if (typeof raw === 'number') return { status: [raw] };
  const { status = [], contains, matches } = raw;
  const wrong = matches === undefined ? undefined : regexProblem(matches);
  if (wrong !== undefined) {
    problems.at([...at, 'matches'], { what: 'matches is not a regular expression', why: wrong });
  }
  return {
    status: typeof status === 'number' ? [status] : status,
    ...(contains === undefined ? {} : { contains }),
    ...(matches === undefined ? {} : { matches }),
  };
}
