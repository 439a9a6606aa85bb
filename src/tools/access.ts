import { basename, dirname, resolve } from 'node:path';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import { kindOfImage } from '../service-kinds/table.ts';
import { PLACES } from './places.ts';

/** What the tools container is told of the environment. Written as JSON; holds no secret of ours. */
export interface Access {
  readonly project: string;
  readonly services: readonly ServiceAccess[];
  readonly databases: readonly DatabaseAccess[];
}

export interface ServiceAccess {
  readonly name: string;
  /** Ports that it listens on inside the network, as far as the definition tells. */
  readonly ports: readonly number[];
}

/** A service that has a console. */
export interface DatabaseAccess {
  readonly service: string;
  /** Name of its `ServiceKind`. */
  readonly kind: string;
  /** The tools container's command that opens it by its name, where there is one. */
  readonly client?: string;
  readonly port: number;
  readonly user?: string;
  readonly database?: string;
  /** Where its password lies inside the tools container. */
  readonly passwordFile?: string;
  /** Only when the definition has it in plain sight. */
  readonly password?: string;
}

/** A secret file of the host that has to be seen inside the tools container. */
export interface SecretFile {
  readonly hostPath: string;
  readonly containerPath: string;
}

function field(value: unknown, key: string): unknown {
  return isMapping(value) ? value[key] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** `{A: 1}` or `['A=1']` → A → 1. */
function environmentOf(service: PlainMapping): ReadonlyMap<string, string> {
  const raw = service['environment'];
  if (Array.isArray(raw)) {
    return new Map(
      raw.map(String).flatMap((entry) => {
        const at = entry.indexOf('=');
        return at < 0 ? [] : [[entry.slice(0, at), entry.slice(at + 1)] as const];
      }),
    );
  }
  return new Map(
    Object.entries(isMapping(raw) ? raw : {}).flatMap(([name, value]) => {
      const plain = text(value);
      return plain === undefined ? [] : [[name, plain] as const];
    }),
  );
}

/** `8080:80/tcp`, `"443"`, `{target: 80}` → the port inside the container. */
function targetPort(entry: unknown): number | undefined {
  const written = text(entry) ?? text(field(entry, 'target')) ?? '';
  const port = Number(/(\d+)(?:\/tcp)?$/.exec(written)?.[1]);
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

function portsOf(service: PlainMapping): number[] {
  const entries = [service['ports'], service['expose']].flatMap((list) =>
    Array.isArray(list) ? (list as unknown[]) : [],
  );
  const ports = entries.map(targetPort).filter((port) => port !== undefined);
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** `/run/secrets/NAME` as the service sees it → the name of the project's secret. */
function secretNames(service: PlainMapping): ReadonlyMap<string, string> {
  const raw = service['secrets'];
  const entries = Array.isArray(raw) ? (raw as unknown[]) : [];
  return new Map(
    entries.flatMap((entry) => {
      const source = text(entry) ?? text(field(entry, 'source'));
      if (source === undefined) return [];
      const target = text(field(entry, 'target')) ?? source;
      return [[target.startsWith('/') ? target : `/run/secrets/${target}`, source] as const];
    }),
  );
}

/** The secret that is the database's password: named by a variable, else by its own name. */
function passwordSecret(service: PlainMapping): string | undefined {
  const secrets = secretNames(service);
  for (const [name, value] of environmentOf(service)) {
    const secret = secrets.get(value);
    if (/PASS(?:WORD)?_FILE$/.test(name) && secret !== undefined) return secret;
  }
  const named = [...secrets.values()].filter((name) => /pass/i.test(name));
  return named.length === 1 ? named[0] : undefined;
}

function first(
  environment: ReadonlyMap<string, string>,
  names: readonly string[],
): string | undefined {
  return names.map((name) => environment.get(name)).find((value) => value !== undefined);
}

/** Where the merged document lies, and the project's generated secrets: absolute folders. */
export interface DocumentPlace {
  readonly directory: string;
  readonly secretsDirectory: string;
}

/** Where the tools container has a secret's file: the project's own folder is mounted whole. */
function secretPath(hostPath: string, place: DocumentPlace): string {
  const folder = dirname(hostPath) === place.secretsDirectory ? PLACES.secrets : PLACES.ownSecrets;
  return `${folder}/${basename(hostPath)}`;
}

/**
 * Reads out of a merged Compose document what the tools need to know.
 * @param document the parsed `.dev/compose.yaml`.
 */
export function readAccess(
  document: unknown,
  project: string,
  place: DocumentPlace,
): { readonly access: Access; readonly secrets: readonly SecretFile[] } {
  const services = Object.entries(mappingAt(document, 'services')).map(
    ([name, value]) => [name, isMapping(value) ? value : {}] as const,
  );
  const declared = mappingAt(document, 'secrets');
  const secrets = new Map<string, SecretFile>();

  const databases = services.flatMap(([service, definition]): DatabaseAccess[] => {
    const image = text(definition['image']) ?? '';
    const known = kindOfImage(image);
    if (known?.console === undefined) return [];
    const environment = environmentOf(definition);
    const file = text(mappingAt(declared, passwordSecret(definition) ?? '')['file']);
    const hostPath = file === undefined ? undefined : resolve(place.directory, file);
    const passwordFile = hostPath === undefined ? undefined : secretPath(hostPath, place);
    const password = first(environment, known.account?.password ?? []);
    if (hostPath !== undefined && passwordFile !== undefined) {
      secrets.set(hostPath, { hostPath, containerPath: passwordFile });
    }
    const shared = {
      service,
      kind: known.name,
      ...(known.client !== undefined && { client: known.client }),
      port: portsOf(definition)[0] ?? known.ports[0].port,
      ...(passwordFile !== undefined && { passwordFile }),
      ...(passwordFile === undefined && password !== undefined && { password }),
    };
    const user = first(environment, known.account?.user ?? []) ?? known.account?.defaultUser;
    const database = first(environment, known.account?.database ?? []) ?? user;
    return [
      {
        ...shared,
        ...(user !== undefined && { user }),
        ...(database !== undefined && { database }),
      },
    ];
  });

  const found = services.map(([name, definition]) => {
    const database = databases.find(({ service }) => service === name);
    const ports = portsOf(definition);
    return { name, ports: ports.length === 0 && database ? [database.port] : ports };
  });
  return { access: { project, services: found, databases }, secrets: [...secrets.values()] };
}
