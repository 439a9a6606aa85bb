import type { Failure } from '../../events/failure.ts';
import type { EngineVersion } from '../../ports/engine.ts';

interface Wanted {
  /** Modules whose containers are to be made or started. */
  readonly modules: readonly string[];
  /** Base images that have to be built. */
  readonly builds: readonly string[];
}

const CURE =
  'Use a Docker engine (dev doctor says which one is chosen, and by what); services with images of their own run with Podman';

/** Older ones do not tell which network a container is in. */
const OLDEST = 5;

/**
 * What of a plan Podman cannot do behind Docker's API: it has no BuildKit, and a folder in memory has no
 * owner of its own there, as a module's home has. Services with images of their own run.
 */
export function refusePodman(
  { product, version }: Pick<EngineVersion, 'product' | 'version'>,
  { modules, builds }: Wanted,
): readonly Failure[] {
  if (product !== 'podman') return [];
  if (Number.parseInt(version, 10) < OLDEST) {
    return [
      {
        reason: 'no-engine',
        what: `Podman ${version} is too old`,
        why: 'it does not tell the networks that containers are in as Docker does',
        cure: `Use Podman ${String(OLDEST)} or newer, or a Docker engine (dev doctor says which one is chosen, and by what)`,
      },
    ];
  }
  if (modules.length + builds.length === 0) return [];
  if (modules.length > 0) {
    return [
      {
        reason: 'no-engine',
        what: `Podman cannot run modules: ${modules.join(', ')}`,
        why: 'it has no BuildKit for their images, and no home in memory that belongs to the person',
        cure: CURE,
      },
    ];
  }
  return [
    {
      reason: 'no-engine',
      what: `Podman cannot build base images: ${builds.join(', ')}`,
      why: 'it has no BuildKit',
      cure: CURE,
    },
  ];
}

/** The pipeline's checks run in modules' containers, and BuildKit packs what it makes. */
export function refusePodmanPipeline({
  product,
}: Pick<EngineVersion, 'product'>): readonly Failure[] {
  if (product !== 'podman') return [];
  const why = 'it has no BuildKit for base images and releases, and cannot run modules';
  return [{ reason: 'no-engine', what: 'Podman cannot run the pipeline', why, cure: CURE }];
}
