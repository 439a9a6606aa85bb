import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { ensureCaBundle } from '../../generate/ca-bundle.ts';
import { namesCompanyCa } from '../../generate/company-certificates.ts';
import { ensureCertificates } from '../../generate/certificates.ts';
import { ensureCredentials } from '../../generate/credentials.ts';
import { ensureFile } from '../../generate/ensure-file.ts';
import { trustOf } from '../../generate/trust.ts';
import type { Hierarchy } from '../../images/hierarchy.ts';
import type { OpenProject } from '../../model/open-project.ts';
import { policyOf } from '../../model/context-policy.ts';
import type { Places } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';

export interface GenerateRequest {
  readonly opened: OpenProject;
  readonly hierarchy: Hierarchy;
  /** Services that show the server certificate: it is valid for their names. */
  readonly services: readonly string[];
  /** Names of the document's secrets that the tool makes. */
  readonly secrets: readonly string[];
  /** Whether a service is built, whose steps the company's certificates have to reach. */
  readonly builds: boolean;
}

/**
 * Makes sure that everything is there that a project needs and nobody wants to write:
 * certificates, the CA bundle, credentials. What is right stays; what is made is said.
 */
export async function ensureGenerated(
  { opened, hierarchy, services, secrets, builds }: GenerateRequest,
  world: Pick<World, 'files' | 'clock' | 'host' | 'publicRoots'>,
  report: Report,
): Promise<Result<void, readonly Failure[]>> {
  const { project, settings, instance, places } = opened;
  const say = (notes: readonly string[]): void => {
    for (const text of notes) report({ kind: 'note', level: 'info', text });
  };
  const common = { ...world, places, settings };
  // Nobody asked for certificates of ours there; a build may need the company's.
  if (project.definedBy === 'compose') {
    if (!builds || !namesCompanyCa(settings, world)) return ok(undefined);
    const company = await ensureCaBundle({ ...common, ownCertificates: [], java: false });
    if (!company.ok) return company;
    say(company.value.notes);
    return ok(undefined);
  }
  const mode = policyOf(opened.context).secretMode;
  const credentials = ensureCredentials({ ...common, names: secrets, mode });
  const hosts = [...new Set([project.name, instance])];
  const certificates = await ensureCertificates({ ...common, hosts, services, secretMode: mode });
  if (!certificates.ok) {
    return fail([...(credentials.ok ? [] : credentials.failure), certificates.failure]);
  }
  const { ca, server, notes } = certificates.value;
  // A server certificate of the person's own brings its chain along, which clients must trust too.
  const ownCertificates = settings.certificates.server === undefined ? [ca] : [ca, server];
  const { javaImages } = trustOf(places, hierarchy);
  const java = project.modules.some(({ image }) => javaImages.has(image));
  const bundle = await ensureCaBundle({ ...common, ownCertificates, java });
  const failures = [
    ...(credentials.ok ? [] : credentials.failure),
    ...(bundle.ok ? [] : bundle.failure),
  ];
  if (!credentials.ok || !bundle.ok) return fail(failures);
  const shown = publish(places, ca, world.files);
  if (!shown.ok) return fail([shown.failure]);
  const started = ensureRunModule(places, world);
  if (!started.ok) return fail([started.failure]);
  say([...notes, ...bundle.value.notes, ...credentialNotes(credentials.value)]);
  return ok(undefined);
}

/** Containers run as whoever their Compose file says: everybody in them reads it. */
const RUN_MODULE_MODE = 0o644;

function ensureRunModule(
  { runModule }: Places,
  { files, host }: Pick<World, 'files' | 'host'>,
): Result<unknown, Failure> {
  const path = join(host.toolDirectory, 'profiles/dev/run-module');
  const own = files.read(path);
  if (!own.ok) return own;
  if (own.value === undefined) throw new Error(`the tool has no ${path}`);
  return ensureFile(files, runModule, own.value, RUN_MODULE_MODE);
}

/** Copies of what everybody may see, where people look for it. */
function publish(places: Places, ca: string, files: Files): Result<unknown, Failure> {
  const own = files.confined(places.root);
  const bundle = files.read(places.bundle);
  if (!bundle.ok) return bundle;
  const first = ensureFile(own, places.publicCa, ca);
  return first.ok ? ensureFile(own, places.publicBundle, bundle.value ?? '') : first;
}

function credentialNotes({
  made,
  replaced,
}: {
  made: readonly string[];
  replaced: readonly string[];
}) {
  return [
    ...(made.length === 0 ? [] : [`made credentials: ${made.join(', ')}`]),
    ...(replaced.length === 0 ? [] : [`took your own credentials: ${replaced.join(', ')}`]),
  ];
}
