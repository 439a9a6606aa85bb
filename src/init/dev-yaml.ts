import { stringify } from 'yaml';
import type { FoundModule } from './found.ts';

export interface ProposedProbe {
  readonly name: string;
  /** `tcp://web:3000`. */
  readonly request: string;
}

export interface ProposedWindow {
  readonly name: string;
  /** `logs: web`, `console: db`. */
  readonly panes: readonly (readonly [string, string])[];
}

export interface Proposal {
  readonly name: string;
  /** The Compose files that stay below everything, as people know them. */
  readonly compose: readonly string[];
  readonly modules: readonly FoundModule[];
  readonly windows: readonly ProposedWindow[];
  readonly probes: readonly ProposedProbe[];
  /** Whether services get addresses by name. */
  readonly router: boolean;
}

/** A scalar or a flow list, as YAML writes it in one line. */
export function inline(value: unknown): string {
  return stringify(value, {
    lineWidth: 0,
    defaultStringType: 'PLAIN',
    collectionStyle: 'flow',
    flowCollectionPadding: false,
  }).trim();
}

/** What is written of a module, in the order of the docs. */
function entriesOf(module: FoundModule): readonly (readonly [string, unknown])[] {
  const { name, path, image, install, reloads } = module;
  const entries: readonly (readonly [string, unknown])[] = [
    ['path', path === name ? undefined : path],
    ['image', image],
    ['install', install],
    ['compile', module.compile],
    ['test', module.test],
    ['lint', module.lint],
    ['run', module.run],
    ['production', module.production],
    ['bundle', module.bundle],
    ['restart', reloads === true ? 'never' : undefined],
    ['artifact', module.artifact],
    ['ignore', module.ignore],
  ];
  return entries.filter(([, value]) => value !== undefined);
}

/** What keys are there for that nobody asked for. */
const WHY: Readonly<Record<string, string>> = {
  restart: ' # it watches its sources itself',
  production: ' # what its image runs',
  bundle: ' # makes that; development does without',
};

/** One module below `modules:`. */
export function moduleText(module: FoundModule): string {
  const lines = entriesOf(module).map(([key, value]) => {
    return `    ${key}: ${inline(value)}${WHY[key] ?? ''}`;
  });
  return `  ${module.name}: # ${module.by}\n${lines.join('\n')}\n`;
}

/** The same in one line. */
export function moduleLine(module: FoundModule): string {
  return `${module.name}: ${inline(Object.fromEntries(entriesOf(module)))}`;
}

/** The text of `dev.yaml`. */
export function devYaml({ name, compose, modules, windows, probes, router }: Proposal): string {
  const named = `# https://${name}.localhost, https://SERVICE.${name}.localhost\nrouter: true\n`;
  const parts = [`name: ${inline(name)}\n${router ? named : ''}`];
  if (compose.length > 0) {
    parts.push(
      `# ${compose.join(' + ')} is the lowest layer, and goes on working for everybody who uses Compose.\n` +
        '# A service that is built from a Dockerfile stays so; `dev init move SERVICE` makes a watched module of it.\n',
    );
  }
  if (modules.length > 0) parts.push(`modules:\n${modules.map(moduleText).join('\n')}`);
  if (windows.length > 0) {
    const texts = windows.map(
      (window) =>
        `  - name: ${inline(window.name)}\n    panes:\n` +
        window.panes.map(([kind, of]) => `      - ${kind}: ${inline(of)}\n`).join(''),
    );
    parts.push(`windows:\n${texts.join('')}`);
  }
  if (probes.length > 0) {
    const texts = probes.map((probe) => `  ${probe.name}: { request: ${inline(probe.request)} }\n`);
    parts.push(`probes:\n${texts.join('')}`);
  }
  return parts.join('\n');
}
