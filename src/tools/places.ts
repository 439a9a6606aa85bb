import { isAbsolute } from 'node:path';
import { TRUST_TARGETS } from '../generate/trust.ts';

/** Where things are inside the container. */
export const PLACES = {
  workspace: '/workspace',
  state: '/run/onestack',
  secrets: '/run/secrets',
  /** Secrets that the person keeps outside the project's folder for them. */
  ownSecrets: '/run/own-secrets',
  agent: '/opt/onestack/agent.cjs',
  bundle: TRUST_TARGETS.bundle,
} as const;

/** A folder relative to the project's, as the container has it; outside of it: the root. */
export function folderInside(path: string): string {
  const outside = path === '' || path.startsWith('..') || isAbsolute(path);
  return outside ? PLACES.workspace : `${PLACES.workspace}/${path.replaceAll('\\', '/')}`;
}
