import { readFileSync } from 'node:fs';

/** An environment variable that the service cannot do without. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

/** A secret, from the file that Compose mounts. Secrets are never in the environment. */
export function secret(name: string, directory = '/run/secrets'): string {
  const value = readFileSync(`${directory}/${name}`, 'utf8').trim();
  if (value === '') throw new Error(`the secret ${name} is empty`);
  return value;
}
