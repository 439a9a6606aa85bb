import { docker } from './debian-registry.ts';
import { runProgram, type Outcome } from './run-program.ts';

const IMAGE = 'onestack-test/cosign';
const DOCKERFILE = `FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends cosign
ENTRYPOINT ["cosign"]
`;

interface Verified {
  /** Of an image, by digest. */
  readonly reference: string;
  /** Folder with `config.json` of a login, `ca.pem`, and the public key. */
  readonly folder: string;
  /** Its name in that folder. */
  readonly key: string;
}

/** Debian's `cosign verify`, with a key and without a log of the public's. */
export async function cosignVerify({ reference, folder, key }: Verified): Promise<Outcome> {
  await docker(['build', '--quiet', '--tag', IMAGE, '-'], DOCKERFILE);
  const given = ['--env=DOCKER_CONFIG=/given', '--env=SSL_CERT_FILE=/given/ca.pem'];
  const run = ['run', '--rm', '--network=host', `--volume=${folder}:/given:ro`, ...given, IMAGE];
  const verify = ['verify', `--key=/given/${key}`, '--insecure-ignore-tlog', reference];
  return runProgram(['docker', ...run, ...verify]);
}
