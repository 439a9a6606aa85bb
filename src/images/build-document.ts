import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import { withOwnVariable } from './own-variable.ts';
import { CACHE_NAMESPACE } from './cache-mounts.ts';
import { CA_SECRET } from './rewrite.ts';
import { CA_CONTEXT } from './trust-dockerfile.ts';
import { serviceOfContext } from './service-dockerfile.ts';
import { buildOf, serviceReference } from './service-reference.ts';

export interface BuildDocumentRequest {
  /** The merged one; its paths are absolute. */
  readonly document: PlainMapping;
  readonly project: string;
  readonly service: string;
  /** Base image name → fingerprinted reference. */
  readonly references: ReadonlyMap<string, string>;
  /** Absolute path of one to take in place of the definition's. */
  readonly dockerfile: string | undefined;
  /** Certificate authorities that the build may use, as a host file and a folder with it; undefined for none. */
  readonly company: { readonly bundle: string; readonly folder: string } | undefined;
  /** Variables of Compose's own environment that the build gets as arguments, whatever the definition says. */
  readonly passed: readonly string[];
  /** `args:`, with the values of those that it only names. */
  readonly arguments: PlainMapping;
  /** What secrets take from the project's environment files, by name. */
  readonly forContents: Readonly<Record<string, string>>;
  /** Put on the image beside those of the definition. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Mappings are written as lists too: `args: [A=1]`. */
function entriesOf(value: unknown): Readonly<Record<string, unknown>> {
  if (isMapping(value)) return value;
  if (!Array.isArray(value)) return {};
  return Object.fromEntries(
    value.map((item: unknown) => {
      const text = String(item);
      const at = text.indexOf('=');
      return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function secretNames(build: PlainMapping): readonly string[] {
  const { secrets } = build;
  if (!Array.isArray(secrets)) return [];
  return secrets.flatMap((entry: unknown) => {
    const source = isMapping(entry) ? entry['source'] : entry;
    return typeof source === 'string' ? [source] : [];
  });
}

/** Compose puts variables in once more: what looks like one is text by now. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(escaped);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escaped(inner)]));
}

/**
 * A Compose file with nothing in it but one service's `build:`, for `docker compose build`: as the
 * definition has it, with
 * - the exact versions of base images, so that `FROM onestack/node` finds them;
 * - `service:NAME` contexts by their image, which older versions of Compose do not know;
 * - the company's proxies and certificate authorities, neither of which gets into an image;
 * - the tool's labels.
 */
export function buildDocument(request: BuildDocumentRequest): string {
  const { document, project, service, references, labels, dockerfile, company } = request;
  const services = mappingAt(document, 'services');
  const definition = mappingAt(services, service);
  const { dockerfile_inline: inline, ...written } = buildOf(definition) ?? {};
  const build: PlainMapping = {
    ...written,
    ...(dockerfile === undefined
      ? inline !== undefined && { dockerfile_inline: inline }
      : { dockerfile }),
  };
  const contexts = new Map<string, unknown>(
    [...references].map(([name, reference]) => [`onestack/${name}`, `docker-image://${reference}`]),
  );
  for (const [name, source] of Object.entries(entriesOf(build['additional_contexts']))) {
    const other = typeof source === 'string' ? serviceOfContext(source) : undefined;
    const image = other && serviceReference(mappingAt(services, other), other, project);
    contexts.set(name, image === undefined ? source : `docker-image://${image}`);
  }
  const { platform } = definition;
  const secrets = mappingAt(document, 'secrets');
  const named = new Map(
    secretNames(build).map((name) => [name, withOwnVariable(secrets[name], request.forContents)]),
  );
  const given = Array.isArray(build['secrets']) ? (build['secrets'] as readonly unknown[]) : [];
  if (company !== undefined) {
    named.set(CA_SECRET, { file: company.bundle });
    contexts.set(CA_CONTEXT, company.folder);
  }
  // Without a value it is Compose's own environment that gives it, and no process list shows it.
  const passed = Object.fromEntries(request.passed.map((name) => [name, null]));
  const args = { ...passed, ...request.arguments, [CACHE_NAMESPACE]: null };
  return JSON.stringify(
    escaped({
      name: project,
      services: {
        [service]: {
          image: serviceReference(definition, service, project),
          ...(platform !== undefined && { platform }),
          build: {
            ...build,
            ...(Object.keys(args).length > 0 && { args }),
            ...(company !== undefined && { secrets: [...given, { source: CA_SECRET }] }),
            labels: { ...entriesOf(build['labels']), ...labels },
            ...(contexts.size > 0 && { additional_contexts: Object.fromEntries(contexts) }),
          },
        },
      },
      ...(named.size > 0 && { secrets: Object.fromEntries(named) }),
    }),
  );
}
