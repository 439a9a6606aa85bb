import { dirname, join, relative } from 'node:path';
import type { Report } from '../../events/progress.ts';
import { exposedSecrets } from '../../images/exposed-secrets.ts';
import type { Files } from '../../ports/files.ts';
import type { ScannedContext } from './build-draft.ts';
import type { BuildInputs } from './build-inputs.ts';
import type { Prepared } from './prepare.ts';

const MIB = 1024 * 1024;
/** From here on sending a context is what people wait for. */
const BIG_CONTEXT_BYTES = 500 * MIB;
const SHOWN_FOLDERS = 3;

const sizeText = (bytes: number): string =>
  bytes >= 1024 * MIB
    ? `${(bytes / 1024 / MIB).toFixed(1)} GB`
    : `${String(Math.round(bytes / MIB))} MB`;

/** `the context has 2.1 GB (data/ 1.9 GB, …)`; undefined where it is of ordinary size. */
export function bigContextText({ entries }: Pick<ScannedContext, 'entries'>): string | undefined {
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total < BIG_CONTEXT_BYTES) return undefined;
  const parts = new Map<string, number>();
  for (const { path, bytes } of entries) {
    const [first = '', ...below] = path.split('/');
    const name = below.length > 0 ? `${first}/` : first;
    parts.set(name, (parts.get(name) ?? 0) + bytes);
  }
  // Beside what fills it, what has less than one in a hundred is not what is meant.
  const biggest = [...parts]
    .filter(([, bytes]) => bytes * 100 >= total)
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN_FOLDERS);
  const shown = biggest.map(([name, bytes]) => `${name} ${sizeText(bytes)}`).join(', ');
  return `${sizeText(total)} are sent to the build: ${shown}`;
}

/** Secrets that the image of a service would hold, by their paths in the project. */
function secretsIn(
  { contexts, dockerfile, build }: BuildInputs,
  files: Pick<Files, 'read'>,
): readonly string[] {
  const context = contexts.find(({ name }) => name === 'context');
  if (context === undefined || dockerfile === undefined) return [];
  return exposedSecrets(context.entries, dockerfile.text, build, (path) => {
    const text = files.read(join(context.folder, path));
    return text.ok ? text.value : undefined;
  });
}

function toldBefore(path: string, files: Pick<Files, 'read'>): readonly string[] {
  const text = files.read(path);
  return text.ok ? (text.value ?? '').split('\n').filter((line) => line !== '') : [];
}

/** Says what people should know of builds that are about to begin; of a secret, once. */
export function warnOfBuilds(
  builds: readonly BuildInputs[],
  { opened }: Prepared,
  files: Files,
  report: Report,
): void {
  const { root } = opened.project;
  const warn = (text: string): void => report({ kind: 'note', level: 'warning', text });
  const path = opened.places.toldSecrets;
  const told = toldBefore(path, files);
  const news: string[] = [];
  for (const inputs of builds) {
    const { service, contexts } = inputs;
    for (const context of contexts) {
      const big = bigContextText(context);
      const ignored = relative(root, join(context.folder, '.dockerignore'));
      if (big !== undefined) warn(`${service}: ${big}. What it does not need goes into ${ignored}`);
    }
    const secrets = secretsIn(inputs, files).filter((one) => !told.includes(`${service} ${one}`));
    if (secrets.length === 0) continue;
    const folder = contexts.find(({ name }) => name === 'context')?.folder ?? root;
    const ignored = relative(root, join(folder, '.dockerignore'));
    warn(
      `${service}: its Dockerfile copies ${secrets.join(', ')} into the image, for everybody who gets ` +
        `it. To leave them out, add to ${ignored}: ${secrets.join(' ')}`,
    );
    news.push(...secrets.map((one) => `${service} ${one}`));
  }
  if (news.length === 0) return;
  files.makeDirectory(dirname(path), { mode: 0o700 });
  // Not to be remembered, it is said again.
  files.writeAtomic(path, [...told, ...news, ''].join('\n'), { mode: 0o600, flush: false });
}
