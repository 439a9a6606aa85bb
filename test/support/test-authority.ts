import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownName } from './own-run.ts';

/** A certificate for loopback, and the authority that nobody but a test trusts. All PEM. */
export interface Authority {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '2'];

/** Made anew by OpenSSL, not by the product. */
export function testAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), `${ownName()}-ca-`));
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  try {
    writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
    openssl(
      'req',
      '-x509',
      ...CURVE,
      '-subj',
      '/CN=test CA',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
    );
    openssl(
      'req',
      ...CURVE.slice(0, -2),
      '-subj',
      '/CN=127.0.0.1',
      '-keyout',
      'key',
      '-out',
      'csr',
    );
    openssl(
      ...['x509', '-req', '-in', 'csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', '2'],
      ...['-extfile', 'names', '-out', 'cert'],
    );
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    return { ca: read('ca.pem'), certificate: read('cert'), key: read('key') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
