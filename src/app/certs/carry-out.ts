import type { Failure } from '../../events/failure.ts';
import type { Privilege } from '../../host/facts.ts';
import { runSteps } from '../../host/run-steps.ts';
import { remedyStepText, type RemedyStep } from '../../host/steps.ts';
import { removeSteps, type TrustStore } from '../../host/trust-stores.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { agreeToSteps } from '../machine/agree.ts';
import type { CertsProgress, CertsWorld } from './state.ts';

/** What is to be done to one store. */
export interface StoreChange {
  readonly store: TrustStore;
  readonly steps: readonly RemedyStep[];
}

export interface CarryOutRequest {
  readonly changes: readonly StoreChange[];
  /** What is wrong, and what is to come of it, for the question. */
  readonly what: string;
  readonly purpose: string;
  readonly yes: boolean;
  readonly privilege: Privilege;
  /** The certificate's name in stores, and its file, for who has to do it by hand. */
  readonly name: string;
  readonly file: string;
}

export const storeCommands = (
  changes: readonly StoreChange[],
  privilege: Privilege,
): readonly string[] =>
  changes.flatMap(({ steps }) => steps.flatMap((step) => remedyStepText(step, privilege)));

/**
 * Changes stores, after a yes. One that cannot be changed costs no other.
 * @returns what failed, by store; itself a failure when nobody said yes.
 */
export async function changeStores(
  request: CarryOutRequest,
  world: CertsWorld,
  { report, signal }: CertsProgress,
): Promise<Result<readonly Failure[], Failure>> {
  const { changes, privilege, yes, what, purpose } = request;
  const isRoots = ({ steps }: StoreChange): boolean => steps.some(({ asRoot }) => asRoot);
  const possible = changes.filter((change) => privilege !== 'none' || !isRoots(change));
  const commands = storeCommands(possible, privilege);
  // Sudo is asked for its password only where something needs it.
  const asks = possible.some(isRoots) ? privilege : 'root';
  const question = { what, purpose, commands, privilege: asks, yes, reason: 'usage' } as const;
  const agreed = await agreeToSteps(world, question);
  if (!agreed.ok) return agreed;
  const failures = changes.filter((one) => !possible.includes(one)).map(needsRoot);
  for (const { store, steps } of possible) {
    const done = await runSteps(world, steps, { privilege, report, signal });
    if (done.ok) continue;
    if (done.failure.reason === 'interrupted') return done;
    failures.push(await explained(store, done.failure, request, world));
  }
  return ok(failures);
}

const needsRoot = ({ steps }: StoreChange): Failure => ({
  reason: 'files',
  what: 'the system’s store was left as it is',
  why: 'it is root’s, and there is no sudo for you here',
  cure: 'Have these commands run, or leave it out: --only browsers',
  detail: steps.flatMap((step) => remedyStepText(step, 'sudo')),
});

/** A store with a password of the person's takes nothing from a program; half a step is taken back. */
async function explained(
  store: TrustStore,
  failure: Failure,
  { name, file }: CarryOutRequest,
  { processes }: CertsWorld,
): Promise<Failure> {
  const isLocked = (failure.detail ?? []).some((line) => /BAD_PASSWORD|NEED.*LOGIN/i.test(line));
  if (store.kind !== 'browser' || !isLocked) return failure;
  for (const { argv } of removeSteps(store, name)) await processes.run(argv);
  return {
    reason: 'files',
    what: `the store of ${store.name} in ${store.folder} was left as it is`,
    why: 'it has a password, which is yours to type',
    cure: `Change it in the settings of ${store.name}: Certificates, Authorities; the certificate is ${file}`,
  };
}

/** Makes sure that there is the program that reads and writes browsers' stores. */
export async function ensureCertutil(
  { yes, privilege }: Pick<CarryOutRequest, 'yes' | 'privilege'>,
  hasApt: boolean,
  world: CertsWorld,
  { report, signal }: CertsProgress,
): Promise<Result<void, Failure>> {
  const what = 'certutil, by which stores of browsers are changed, is not installed';
  const commands = INSTALL.flatMap((step) => remedyStepText(step, privilege));
  if (!hasApt || privilege === 'none') {
    const cure = 'Install it (libnss3-tools, nss-tools, nss), or leave browsers out: --only system';
    return fail({ reason: 'host', what, cure, ...(hasApt && { detail: commands }) });
  }
  const purpose = 'To install it';
  const question = { what, purpose, commands, privilege, yes, reason: 'host' } as const;
  const agreed = await agreeToSteps(world, question);
  return agreed.ok ? runSteps(world, INSTALL, { privilege, report, signal }) : agreed;
}

const INSTALL: readonly RemedyStep[] = [
  {
    label: 'install libnss3-tools',
    argv: ['apt-get', '-q', 'install', '--yes', '--no-install-recommends', 'libnss3-tools'],
    asRoot: true,
    environment: { DEBIAN_FRONTEND: 'noninteractive' },
    usesApt: true,
  },
];

export const installCommands = (privilege: Privilege): readonly string[] =>
  INSTALL.flatMap((step) => remedyStepText(step, privilege));
