import { compareProductVersions, livingDaemon, type MachineFacts } from './facts.ts';
import { installSteps } from './install.ts';
import { findRecipe, OLDEST_COMPOSE, type EnginePart } from './recipes.ts';
import { ENGINE_LOG, ENGINE_PID_FILE, type RemedyStep } from './steps.ts';

/** What mends a machine, in the order in which it is run. Steps are data; nothing ran yet. */
export interface Remedy {
  /** Packages; empty when all are there. */
  readonly install: readonly RemedyStep[];
  /** Stale pid files away, the engine started; empty when it runs. */
  readonly start: readonly RemedyStep[];
  /** Lets this account use the engine, from now on and in this very session. */
  readonly access: readonly RemedyStep[];
  /** Names of the packages that `install` brings. */
  readonly packages: readonly string[];
}

/** Podman's stand-in says who it is, too. */
const CLIENTS = /^docker version|podman/i;

/** @param says first line of what `docker --version` prints */
export function isClient(says: string): boolean {
  return CLIENTS.test(says);
}

/** The parts of an engine that this machine lacks. An engine elsewhere is nobody's to install. */
export function missingParts(facts: MachineFacts): readonly EnginePart[] {
  const missing: EnginePart[] = [];
  if (facts.endpoint.kind === 'local' && !engineIsInstalled(facts)) missing.push('engine');
  if (facts.programs.docker === undefined) missing.push('client');
  // Another program hides what there is; no package takes its place in PATH.
  else if (facts.clientSays !== undefined && !isClient(facts.clientSays)) return missing;
  if (facts.compose === undefined || compareProductVersions(facts.compose, OLDEST_COMPOSE) < 0) {
    missing.push('compose');
  }
  if (facts.buildx === undefined) missing.push('buildx');
  return missing;
}

function engineIsInstalled({ engine, programs }: MachineFacts): boolean {
  return engine.answers || programs.dockerd !== undefined;
}

/** True when the daemon's process lives, whether it answers or not. */
export function engineRuns(facts: MachineFacts): boolean {
  return facts.engine.answers || livingDaemon(facts.pidFiles) !== undefined;
}

/** Plans what has to be run on this machine, as far as it can be mended at all. Pure. */
export function planRemedy(facts: MachineFacts): Remedy {
  if (facts.platform !== 'linux' || facts.endpoint.kind !== 'local') {
    return { install: [], start: [], access: [], packages: [] };
  }
  const access = accessSteps(facts);
  const packages = packagesToInstall(facts, access.length > 0);
  const recipe = findRecipe(facts.release, facts.apt?.installed ?? new Set());
  const { release, apt, systemd } = facts;
  return {
    packages,
    install:
      release === undefined || apt === undefined || recipe === undefined
        ? []
        : installSteps({ release, apt, recipe, packages, systemd }),
    start: engineRuns(facts) ? [] : startSteps(facts),
    access,
  };
}

function packagesToInstall(facts: MachineFacts, needsAccess: boolean): string[] {
  const recipe = findRecipe(facts.release, facts.apt?.installed ?? new Set());
  if (recipe === undefined || facts.apt === undefined) return [];
  const names = missingParts(facts).flatMap((part) => recipe.packages[part]);
  if (needsAccess && facts.programs.setfacl === undefined) names.push('acl');
  if (!engineIsInstalled(facts) && facts.cgroup === 'none' && !facts.systemd) {
    names.push('cgroupfs-mount');
  }
  return [...new Set(names)];
}

function startSteps(facts: MachineFacts): RemedyStep[] {
  const stale = facts.pidFiles
    .filter(({ alive }) => !alive)
    .map(({ path, pid }) => ({
      label: `remove the pid file of an engine that is gone (${pid})`,
      argv: ['rm', '-f', path],
      asRoot: true,
    }));
  const mount =
    facts.cgroup === 'none' && !facts.systemd
      ? [{ label: 'mount the control groups', argv: ['cgroupfs-mount'], asRoot: true }]
      : [];
  return [...stale, ...mount, facts.systemd ? systemdStart : detachedStart(facts)];
}

const systemdStart: RemedyStep = {
  label: 'start the engine',
  argv: ['systemctl', 'start', 'docker.service'],
  asRoot: true,
};

/**
 * `start-stop-daemon` is dpkg's own: always there. By the engine's pid file it takes no other engine for
 * it, as a rootless one, nor starts it twice; between both the engine refuses by itself.
 */
function detachedStart({ programs, networkVariables }: MachineFacts): RemedyStep {
  return {
    label: 'start the engine',
    argv: [
      'start-stop-daemon',
      '--start',
      '--oknodo',
      '--background',
      '--output',
      ENGINE_LOG,
      '--pidfile',
      ENGINE_PID_FILE,
      '--exec',
      programs.dockerd ?? '/usr/sbin/dockerd',
    ],
    asRoot: true,
    keepVariables: networkVariables,
  };
}

/**
 * Group membership counts from the next login on. For the time until then an access list on the
 * socket lets this account in, so that nobody has to log out in the middle.
 */
function accessSteps(facts: MachineFacts): RemedyStep[] {
  const { user, group, endpoint, privilege } = facts;
  if (privilege === 'root' || group === 'active' || endpoint.kind !== 'local') return [];
  if (facts.engine.answers) return [];
  const steps: RemedyStep[] = [];
  if (group !== 'after-login') {
    if (group === 'no-group') {
      steps.push({
        label: 'make the group docker',
        argv: ['groupadd', '--force', '--system', 'docker'],
        asRoot: true,
      });
    }
    steps.push({
      label: `add ${user} to the group docker, which may use the engine`,
      argv: ['usermod', '--append', '--groups', 'docker', user],
      asRoot: true,
    });
  }
  steps.push({
    label: `let ${user} use the engine in this session`,
    argv: ['setfacl', '--modify', `user:${user}:rw`, endpoint.socket],
    asRoot: true,
  });
  return steps;
}
