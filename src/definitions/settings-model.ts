import { forEachCheck } from '../model/checks.ts';
import { join, resolve } from 'node:path';
import deepmerge from 'deepmerge';
import type { ModuleSettings, ServiceSettings, Settings } from '../model/settings.ts';
import type { Project } from '../model/project.ts';
import type { Host } from '../ports/host.ts';
import { formatDuration, parseDuration } from '../util/duration.ts';
import { severalOf } from './schema-parts.ts';
import type { RawServiceSettings, RawSettings } from './settings-schema.ts';

const DEFAULT_QUIET_MS = 50;

/** The sections of the file in which every key has a default. */
type Defaults = Required<{
  [
    Section in
      | 'apply'
      | 'dependencies'
      | 'git'
      | 'router'
      | 'watch'
      | 'notifications'
      | 'dashboard'
      | 'tools'
      | 'compose'
  ]: RequiredSection<NonNullable<RawSettings[Section]>>;
}>;
type RequiredSection<Section> = Section extends string | boolean
  ? Section
  : { [Key in keyof Section]-?: NonNullable<Section[Key]> };

/** What holds where the file says nothing. */
const DEFAULTS: Defaults = {
  apply: 'auto',
  git: 'read-only',
  dependencies: 'shared',
  router: true,
  watch: { enabled: true, mode: 'auto', quiet: '50ms' },
  notifications: { bell: true, desktop: false },
  dashboard: { prefix: 'C-b' },
  tools: { engine_socket: false },
  compose: { ports: 'loopback', health: 'early', container_names: 'scoped' },
};

/** Raw settings with every default filled in. Paths are made absolute, `~` and the root resolved. */
export function settingsOf(
  raw: RawSettings,
  project: Project,
  host: Pick<Host, 'home' | 'cores'>,
): Settings {
  const absolute = (path: string): string =>
    path.startsWith('~/') ? join(host.home, path.slice(2)) : resolve(project.root, path);
  const merged = deepmerge(DEFAULTS, raw) as Defaults;
  const { apply, dependencies, git, router, watch, notifications, ...views } = merged;
  const { dashboard, tools, compose } = views;
  const { certificates = {} } = raw;
  const { parallel } = raw.checks ?? {};
  const companyCa = severalOf(certificates.company_ca ?? 'auto');
  const [only] = companyCa;
  const pair = (written: { certificate: string; key: string }) => ({
    certificate: absolute(written.certificate),
    key: absolute(written.key),
  });
  return {
    modules: modulesOf(raw, project),
    services: servicesOf(raw, project),
    watch: {
      enabled: watch.enabled,
      mode: watch.mode,
      quietMs: parseDuration(watch.quiet) ?? DEFAULT_QUIET_MS,
    },
    checks: { parallel: typeof parallel === 'number' ? parallel : host.cores },
    apply,
    git,
    dependencies,
    router,
    notifications,
    dashboard,
    tools: { engineSocket: tools.engine_socket },
    compose: {
      ports: compose.ports,
      health: compose.health,
      containerNames: compose.container_names,
    },
    certificates: {
      companyCa:
        companyCa.length === 1 && (only === 'auto' || only === 'none')
          ? only
          : companyCa.map(absolute),
      ...(certificates.server && { server: pair(certificates.server) }),
      ...(certificates.ca && { ca: pair(certificates.ca) }),
    },
    credentials: new Map(
      Object.entries(raw.credentials ?? {}).map(([name, path]) => [name, absolute(path)]),
    ),
  };
}

function modulesOf(raw: RawSettings, project: Project): ReadonlyMap<string, ModuleSettings> {
  return new Map(
    project.modules.map(({ name }) => {
      const { run = true, watch = true, checks = {} } = own(raw.modules, name) ?? {};
      return [name, { run, watch, checks: forEachCheck((_type, kind) => checks[kind] !== false) }];
    }),
  );
}

function servicesOf(raw: RawSettings, project: Project): ReadonlyMap<string, ServiceSettings> {
  const names = [
    ...project.modules.map(({ name }) => name),
    ...project.services.keys(),
    ...Object.keys(raw.services ?? {}),
  ];
  return new Map(
    names.map((name) => [name, serviceOf(own(raw.modules, name) ?? own(raw.services, name) ?? {})]),
  );
}

function serviceOf(raw: RawServiceSettings): ServiceSettings {
  const ports = Object.entries(raw.ports ?? {});
  return {
    run: raw.run ?? true,
    containers: raw.containers ?? 'keep',
    data: raw.data ?? 'keep',
    ports: new Map(ports.map(([port, hostPort]) => [port.replace(/\/tcp$/, ''), hostPort])),
  };
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Settings in the shape of the file, every key there: for `dev settings` and its JSON. */
export function settingsData(settings: Settings, project: Project): Record<string, unknown> {
  const service = ({ run, containers, data, ports }: ServiceSettings) => ({
    run,
    containers,
    data,
    ports: Object.fromEntries(ports),
  });
  const isModule = new Set(project.modules.map(({ name }) => name));
  const modules = [...settings.modules].map(([name, { watch, checks }]) => {
    const asService = settings.services.get(name);
    return [name, { ...(asService && service(asService)), watch, checks }];
  });
  const services = [...settings.services].filter(([name]) => !isModule.has(name));
  return {
    modules: Object.fromEntries(modules) as unknown,
    services: Object.fromEntries(services.map(([name, one]) => [name, service(one)])),
    watch: {
      enabled: settings.watch.enabled,
      mode: settings.watch.mode,
      quiet: formatDuration(settings.watch.quietMs),
    },
    checks: settings.checks,
    apply: settings.apply,
    git: settings.git,
    dependencies: settings.dependencies,
    router: settings.router,
    notifications: settings.notifications,
    dashboard: settings.dashboard,
    tools: { engine_socket: settings.tools.engineSocket },
    compose: {
      ports: settings.compose.ports,
      health: settings.compose.health,
      container_names: settings.compose.containerNames,
    },
    certificates: {
      company_ca: settings.certificates.companyCa,
      ...(settings.certificates.server && { server: settings.certificates.server }),
      ...(settings.certificates.ca && { ca: settings.certificates.ca }),
    },
    credentials: Object.fromEntries(settings.credentials),
  };
}
