import { rootCertificates } from 'node:tls';

/** PEM of Mozilla's roots, as they come with the runtime: about 150, 220 KiB. */
export function publicRoots(): readonly string[] {
  return rootCertificates;
}
