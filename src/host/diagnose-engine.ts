import { engineElsewhereCure } from '../ports/engine-choice.ts';
import { compareProductVersions, livingDaemon, type MachineFacts } from './facts.ts';
import { INSTALL_PAGE, fine, type Finding } from './finding.ts';
import { findRecipe } from './recipes.ts';
import { engineRuns } from './remedy.ts';

const OLDEST_ENGINE = '20.10';
const OLDEST_PODMAN = '5';
const PROBLEM = { id: 'engine', level: 'problem', fixable: false } as const;

/** Whether an engine answers, and else why none does and what helps. */
export function diagnoseEngine(facts: MachineFacts): Finding {
  const { engine: answer, endpoint } = facts;
  if (answer.answers) {
    const where =
      endpoint.kind === 'elsewhere' ? ` at ${endpoint.address}, by ${endpoint.chosenBy}` : '';
    if (answer.product === 'podman') {
      return {
        ...PROBLEM,
        level: 'warning',
        what: `Podman ${answer.version}${where}`,
        why:
          compareProductVersions(answer.version, OLDEST_PODMAN) < 0
            ? 'it is too old: it does not tell the networks that containers are in as Docker does'
            : 'it runs services with images of their own; base images and modules need a Docker engine',
        cure: INSTALL_PAGE,
      };
    }
    const what = `Docker engine ${answer.version}${answer.isRootless ? ', rootless,' : ''}${where}`;
    return compareProductVersions(answer.version, OLDEST_ENGINE) >= 0
      ? fine('engine', what)
      : {
          ...PROBLEM,
          level: 'warning',
          what: `${what} is older than ${OLDEST_ENGINE}`,
          why: 'nobody tries the tool on such an engine',
          cure: INSTALL_PAGE,
        };
  }
  if (endpoint.kind === 'unknown') {
    const { what, why, cure } = endpoint.failure;
    return { ...PROBLEM, what, ...(why !== undefined && { why }), cure: cure ?? INSTALL_PAGE };
  }
  if (endpoint.kind === 'elsewhere') {
    return {
      ...PROBLEM,
      what: `no Docker engine answers at ${endpoint.address}`,
      why: `${endpoint.chosenBy} points there: ${answer.why}`,
      cure: engineElsewhereCure(endpoint),
    };
  }
  if (facts.platform !== 'linux') {
    return {
      ...PROBLEM,
      what: 'no Docker engine answers',
      why: answer.why,
      cure: 'Start Docker Desktop, colima or OrbStack, or install one of them',
    };
  }
  return engineRuns(facts) ? mute(facts, answer) : absent(facts, answer);
}

type Silence = Extract<MachineFacts['engine'], { readonly answers: false }>;

/** An engine of this machine that runs, and that we cannot use. */
function mute(facts: MachineFacts, answer: Silence): Finding {
  const mayBecomeRoot = facts.privilege !== 'none';
  if (answer.problem === 'denied') {
    return {
      ...PROBLEM,
      what: `the engine runs, and ${facts.user} may not use it`,
      why: `${facts.user} is not in the group docker`,
      cure: mayBecomeRoot
        ? 'dev doctor --fix'
        : `Ask an administrator for: usermod -aG docker ${facts.user}; then log in again`,
      fixable: mayBecomeRoot,
    };
  }
  return {
    ...PROBLEM,
    what: `the engine runs (process ${livingDaemon(facts.pidFiles)?.pid ?? 0}) and does not answer`,
    why: answer.why,
    cure: 'Wait until it has started, or look at its log: journalctl -u docker, /var/log/dockerd.log',
    fixable: true,
  };
}

/** No engine of this machine runs. */
function absent(facts: MachineFacts, answer: Silence): Finding {
  const mayBecomeRoot = facts.privilege !== 'none';
  if (facts.programs.dockerd === undefined) return notInstalled(facts, mayBecomeRoot);
  const stale = facts.pidFiles.filter(({ alive }) => !alive);
  const why =
    stale.length > 0
      ? `it was killed: ${stale.map(({ path }) => path).join(', ')} ${stale.length > 1 ? 'are' : 'is'} left of it`
      : answer.why;
  // `service docker start` takes any process of that program for it, and starts none.
  const others = facts.otherEngines.map(
    ({ pid, address }) =>
      `; another one runs, which is not this machine's: process ${pid}${address === '' ? '' : `, at ${address}`}`,
  );
  return {
    ...PROBLEM,
    what: 'the Docker engine is installed, and does not run',
    why: `${why}${others.join('')}`,
    cure: mayBecomeRoot ? 'dev doctor --fix' : 'Ask an administrator to start it',
    fixable: mayBecomeRoot,
  };
}

function notInstalled(facts: MachineFacts, mayBecomeRoot: boolean): Finding {
  const known = findRecipe(facts.release, facts.apt?.installed ?? new Set()) !== undefined;
  const base = {
    id: 'engine',
    level: 'problem' as const,
    what: 'there is no Docker engine on this machine',
  };
  if (!known) {
    return {
      ...base,
      why: `dev can install one on Debian 12 and later and on Ubuntu 22.04 and later; this is ${facts.release?.name ?? 'none of them'}`,
      cure: INSTALL_PAGE,
      fixable: false,
    };
  }
  if (!mayBecomeRoot) {
    return {
      ...base,
      why: `${facts.user} is not root and may not use sudo, so dev cannot install one`,
      cure: `Ask an administrator for a Docker engine, and for: usermod -aG docker ${facts.user}`,
      fixable: false,
    };
  }
  return { ...base, cure: 'dev doctor --fix', fixable: true };
}
