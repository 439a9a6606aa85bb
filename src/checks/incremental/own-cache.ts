import type { ToolPlan } from './tool-plan.ts';

/** What is known of tools that keep what they know by themselves. */
interface OwnCache {
  /** Subcommands that do; undefined: all of it. */
  readonly verbs?: readonly string[];
  readonly why: string;
  /** An argument with which a person says that nothing kept is to be believed. */
  readonly against?: { readonly argument: RegExp; readonly why: string };
}

const OWN_CACHES: Readonly<Record<string, OwnCache>> = {
  go: {
    verbs: ['build', 'test', 'vet', 'install'],
    why: 'Go keeps what it built and tested, by contents, in the clone’s cache',
    against: {
      argument: /^--?(?:count(?:=|$)|a$)/,
      why: 'with -count or -a Go is to do everything anew',
    },
  },
  gradle: { why: 'Gradle compares inputs and outputs of its tasks' },
  './gradlew': { why: 'Gradle compares inputs and outputs of its tasks' },
  cargo: {
    verbs: ['build', 'check', 'test', 'clippy'],
    why: 'Cargo builds what changed',
  },
  make: { why: 'make builds what is older than what it is made of' },
  mypy: { why: 'mypy keeps its cache where the project says' },
  ruff: { why: 'Ruff keeps its cache where the project says' },
};

/** What is said of a tool that is quick by itself; undefined of others. */
export function ownCache(name: string, args: readonly string[]): ToolPlan | undefined {
  const known = Object.hasOwn(OWN_CACHES, name) ? OWN_CACHES[name] : undefined;
  if (known === undefined) return undefined;
  const { verbs, why, against } = known;
  if (verbs !== undefined && !verbs.includes(args[0] ?? '')) return undefined;
  const isAgainst = against !== undefined && args.some((word) => against.argument.test(word));
  return isAgainst ? { kind: 'plain', why: against.why } : { kind: 'own', why };
}
