import { BARE_PANES, KEYED_PANES, PANES } from '../model/window.ts';
import type { PaneDefinition, PaneKind, WindowDefinition } from '../model/window.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import type { DefinitionProblems } from './problems.ts';
import type { RawPane, RawWindow } from './project-schema.ts';
import type { YamlPath } from './yaml-source.ts';

/** Names that windows and probes may refer to. */
export interface KnownNames {
  readonly modules: readonly string[];
  readonly probes: readonly string[];
  /** Services of `dev.yaml`: its modules too, as each has a container. */
  readonly services: readonly string[];
  /**
   * Services of the Compose files. Asked only for names that are none of `services`, because it
   * reads the files; undefined: they cannot be told from here.
   */
  otherServices(): readonly string[] | undefined;
}

/** The windows of a schema-valid `dev.yaml`. Panes that are wrong are told and left out. */
export function windowsOf(
  raw: readonly RawWindow[],
  known: KnownNames,
  problems: DefinitionProblems,
): readonly WindowDefinition[] {
  const seen = new Set<string>();
  return raw.map((window, index) => {
    const at: YamlPath = ['windows', index];
    if (seen.has(window.name)) {
      problems.at([...at, 'name'], { what: `two windows are named "${window.name}"` });
    }
    seen.add(window.name);
    return {
      name: window.name,
      layout: window.layout ?? 'tiled',
      panes: window.panes.flatMap((pane, number) =>
        paneOf(pane, [...at, 'panes', number], known, problems),
      ),
    };
  });
}

function paneOf(
  raw: RawPane,
  at: YamlPath,
  known: KnownNames,
  problems: DefinitionProblems,
): readonly PaneDefinition[] {
  if (typeof raw === 'string') return [{ kind: raw }];
  const kinds = KEYED_PANES.filter((kind) => raw[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    problems.at(at, {
      what:
        kind === undefined
          ? 'a pane needs a kind'
          : `a pane is one thing, not ${kinds.join(' and ')}`,
      cure: `Write one of: ${[...KEYED_PANES.map((one) => `${one}: …`), ...BARE_PANES].join(', ')}`,
    });
    return [];
  }
  if (raw.in !== undefined && kind !== 'command') {
    problems.atKey([...at, 'in'], { what: 'only a command pane takes "in"' });
  }
  const value = raw[kind] ?? '';
  const pane = paneOfKind(kind, value, raw.in ?? 'host');
  reportReference(pane, at, known, problems);
  return [pane];
}

function paneOfKind(kind: PaneKind, value: string, where: string): PaneDefinition {
  const named = {
    service: { service: value },
    module: { module: value },
    probe: { probe: value },
    command: { run: value, in: where },
    nothing: {},
  };
  // The table says which of them goes with a kind; that is more than the checker follows.
  return { kind, ...named[PANES[kind].about] } as PaneDefinition;
}

function reportReference(
  pane: PaneDefinition,
  at: YamlPath,
  known: KnownNames,
  problems: DefinitionProblems,
): void {
  const place: YamlPath = [...at, pane.kind];
  if ('service' in pane) reportService(pane.service, place, known, problems);
  else if ('module' in pane) reportName(pane.module, 'module', known.modules, place, problems);
  else if ('probe' in pane) reportName(pane.probe, 'probe', known.probes, place, problems);
  else if ('in' in pane && pane.in !== 'host' && pane.in !== 'tools') {
    reportService(pane.in, [...at, 'in'], known, problems);
  }
}

/** Tells a reference to a service that nothing defines. */
export function reportService(
  name: string,
  at: YamlPath,
  known: KnownNames,
  problems: DefinitionProblems,
): void {
  if (known.services.includes(name)) return;
  const others = known.otherServices();
  if (others === undefined) return;
  reportName(name, 'service', [...new Set([...known.services, ...others])], at, problems);
}

function reportName(
  name: string,
  noun: string,
  names: readonly string[],
  at: YamlPath,
  problems: DefinitionProblems,
): void {
  if (names.includes(name)) return;
  problems.at(at, {
    what: `there is no ${noun} "${name}"`,
    cure: didYouMean(name, names, 'There are'),
  });
}
