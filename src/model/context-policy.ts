import type { Context } from './project.ts';

/** All that differs between contexts beside their overlays. Nobody else asks which context it is. */
export interface ContextPolicy {
  /**
   * The folder's own: it has the plain name, and what belongs to the folder goes with it. The others
   * are beside it, under names made of its own.
   */
  readonly isMain: boolean;
  /** Somebody sits at it: with an editor, hooks of her own, a browser that knows addresses by name. */
  readonly isAttended: boolean;
  /** `mounted`: from the repository. `baked`: the images that the pipeline made of the commit. */
  readonly modules: 'mounted' | 'baked';
  /** `moved`: to other host ports where they are taken. `none`: reached from inside alone. */
  readonly ports: 'moved' | 'none';
  /** Compose files that override by their name belong to it (`compose.override.yaml`): what is for development. */
  readonly overrides: boolean;
  /** What a Compose file says is bent towards development: early health, names of its own. */
  readonly eases: boolean;
  /** A session watches files, compiles, checks and restarts. */
  readonly watches: boolean;
  /** Mode of the secrets' files. Images that run as `app` read them as Swarm gives them: by everybody. */
  readonly secretMode: number;
  /** Of the shell's prompt. */
  readonly color: 'cyan' | 'yellow' | 'red';
}

const BESIDE = { isMain: false, isAttended: false } as const;
const BAKED = {
  ...BESIDE,
  modules: 'baked',
  overrides: false,
  eases: false,
  watches: false,
  secretMode: 0o644,
} as const;

const POLICIES: Readonly<Record<Context, ContextPolicy>> = {
  dev: {
    ...{ isMain: true, isAttended: true },
    ...{ modules: 'mounted', ports: 'moved', overrides: true, eases: true, watches: true },
    ...{ secretMode: 0o600, color: 'cyan' },
  },
  // Nobody but the person gets into the folder that the secrets lie in.
  ci: { ...BAKED, ports: 'none', color: 'yellow' },
  prod: { ...BAKED, ports: 'moved', color: 'red' },
};

export function policyOf(context: Context): ContextPolicy {
  return POLICIES[context];
}
