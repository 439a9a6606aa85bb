import type { Failure, SharedCause } from '../events/failure.ts';
import { withoutLogins } from '../util/without-logins.ts';
import { registryOf } from '../images/service-reference.ts';

/** What a failed `docker pull` comes to. */
interface Refusal {
  readonly why: string;
  readonly cure: string;
  /** Where all images of that registry fail alike. */
  readonly forAll?: Omit<SharedCause, 'subject'>;
}

const SAYS = {
  name: /invalid reference format(?:: (.*))?$/i,
  helper: /error getting credentials|credentials? helper|docker-credential-/i,
  limit: /toomanyrequests|rate limit/i,
  platform: /no matching manifest for (\S+)/i,
  login: /no basic auth credentials|unauthorized|authentication required|incorrect username/i,
  denied: /pull access denied|requested access to the resource is denied|\bdenied\b/i,
  unknown: /manifest unknown|not found|name unknown|does not exist/i,
  certificate: /x509|certificate/i,
  full: /no space left on device/i,
};

const login = (registry: string): string =>
  registry === 'docker.io' ? 'docker login' : `docker login ${registry}`;

/** The engine's last sentence, without what stands before all of them. */
function sentence(stderr: string): string {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return last.replace(/^Error(?: response from daemon)?: /, '').trim();
}

/** Why a registry does not give an image, and what to do, from the engine's own sentence. */
export function explainRegistryRefusal(reference: string, words: string): Refusal {
  const said = withoutLogins(words);
  const registry = registryOf(reference);
  if (SAYS.full.test(said)) {
    return {
      why: 'The disk is full.',
      cure: 'Make room: dev clean, docker builder prune, or docker image prune',
    };
  }
  const misnamed = SAYS.name.exec(said.trim());
  if (misnamed !== null) {
    const more = misnamed[1] === undefined ? '' : `: ${misnamed[1]}`;
    return {
      why: `“${reference}” is no name of an image${more}`,
      cure: 'Mend image: of the service: NAME:TAG or REGISTRY/NAME:TAG, in lower case, no blanks',
    };
  }
  if (SAYS.helper.test(said)) {
    return { why: said, cure: 'Mend credsStore or credHelpers in ~/.docker/config.json.' };
  }
  if (SAYS.limit.test(said)) {
    const cure = `${login(registry)} (more is allowed then), or name a mirror in the engine's registry-mirrors`;
    const what = `${registry} lets nobody pull more for now`;
    return { why: `${what}: ${said}`, cure, forAll: { what, cure } };
  }
  const platform = SAYS.platform.exec(said)?.[1];
  if (platform !== undefined) {
    return {
      why: `There is none for ${platform}.`,
      cure: 'Name another tag, or with platform: one that there is (it is emulated).',
    };
  }
  if (SAYS.denied.test(said)) {
    return {
      why: `${registry} has no such image, or shows it only to those who are logged in: ${said}`,
      cure: `Look at the name; else: ${login(registry)}`,
    };
  }
  if (SAYS.login.test(said)) {
    return { why: `${registry} wants a login: ${said}`, cure: login(registry) };
  }
  if (SAYS.unknown.test(said) && !/no such host/i.test(said)) {
    return { why: `${registry} has no such image: ${said}`, cure: 'Look at its name and tag.' };
  }
  if (SAYS.certificate.test(said)) {
    return {
      why: `${registry} cannot be trusted: ${said}`,
      cure: `Give the engine the company's certificate: /etc/docker/certs.d/${registry}/ca.crt, or the machine's own store; then restart it`,
    };
  }
  return unreachableRegistry(reference, said);
}

/** Nobody answers: what else can take its place. */
function unreachableRegistry(reference: string, said: string): Refusal {
  const what = `${registryOf(reference)} does not answer`;
  const cureFor = (name: string): string =>
    `Let the engine reach it (its proxy, a registry-mirrors entry), bring the image another way ` +
    `(docker load, docker tag … ${name}), or take one of the tool's own: services: in dev.yaml, ` +
    'or image: onestack/NAME of base-images/NAME';
  return {
    why: `${what}: ${said}`,
    cure: cureFor(reference),
    forAll: { what, cure: cureFor('NAME:TAG') },
  };
}

/** The part of a failure that says what it shares with others. */
export function sharedOf(
  { forAll }: Pick<Refusal, 'forAll'>,
  subject: string,
): Pick<Failure, 'shared'> {
  return forAll === undefined ? {} : { shared: { ...forAll, subject } };
}

/**
 * Why an image could not be pulled and what can be done.
 * @param stderr of `docker pull`.
 */
export function pullFailure(
  reference: string,
  services: readonly string[],
  stderr: string,
): Failure {
  const said = sentence(stderr);
  if (/cannot connect to the docker daemon|is the docker daemon running/i.test(stderr)) {
    return { reason: 'no-engine', what: 'no Docker engine answers', cure: 'dev doctor --fix' };
  }
  const subject = `${services.join(', ')}: ${reference}`;
  const refusal = explainRegistryRefusal(reference, said);
  const { why, cure } = refusal;
  const what = `${subject} cannot be pulled`;
  return { reason: 'image', what, why, cure, ...sharedOf(refusal, subject) };
}
