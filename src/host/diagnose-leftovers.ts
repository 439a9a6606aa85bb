import { counted } from '../util/counted.ts';
import { shellQuoted } from '../util/shell-words.ts';
import { sizeText } from '../util/size-text.ts';
import { fine, type Finding } from './finding.ts';

/** Whose the files of a project's folder are. */
export interface Ownership {
  /** Absolute. */
  readonly root: string;
  /** What others own, relative to the root, the outermost of each tree. */
  readonly foreign: readonly { readonly path: string; readonly uid: number }[];
  /** There is more than was looked at. */
  readonly isCut: boolean;
}

const SHOWN = 4;

const ownerText = (uid: number): string => (uid === 0 ? 'root' : `user ${String(uid)}`);

/** Files that the person cannot change or remove, with what gives them back. Pure. */
export function diagnoseOwnership({ root, foreign, isCut }: Ownership): readonly Finding[] {
  if (foreign.length === 0) {
    const far = isCut ? ', as far as was looked' : '';
    return [fine('ownership', `all files of ${root} have its owner${far}`)];
  }
  const owners = [...new Set(foreign.map(({ uid }) => ownerText(uid)))].join(', ');
  const names = foreign.slice(0, SHOWN).map(({ path }) => path);
  const more = foreign.length > SHOWN ? ` and ${String(foreign.length - SHOWN)} more` : '';
  const quoted = foreign.map(({ path }) => shellQuoted(`${root}/${path}`));
  const paths = foreign.length > SHOWN ? shellQuoted(root) : quoted.join(' ');
  return [
    {
      id: 'ownership',
      level: 'warning',
      what: `of ${owners} in ${root}: ${names.join(', ')}${more}`,
      why: 'a service that runs as another user, or sudo, wrote them: you may not be able to change or remove them',
      cure: `sudo chown --recursive --no-dereference --reference ${shellQuoted(root)} ${paths}; \`user:\` of the service in compose/dev.yaml keeps it so`,
      fixable: false,
    },
  ];
}

/** Projects whose folders are gone, and of which the engine still has something. Pure. */
export function diagnoseLeftovers(
  projects: readonly {
    readonly name: string;
    readonly root: string;
    readonly state: string;
    readonly diskBytes: number | undefined;
  }[],
): readonly Finding[] {
  const gone = projects.filter(({ state }) => state === 'gone');
  if (gone.length === 0) return [];
  const sizes = gone.map(({ diskBytes }) => diskBytes ?? 0).reduce((a, b) => a + b, 0);
  const names = gone.slice(0, SHOWN).map(({ name, root }) => `${name} (${root})`);
  const more = gone.length > SHOWN ? ` and ${String(gone.length - SHOWN)} more` : '';
  return [
    {
      id: 'leftovers',
      level: 'warning',
      what: `${counted(gone.length, 'project')} left something, ${sizeText(sizes)}: ${names.join(', ')}${more}`,
      why: 'the folder is gone, containers or volumes are not',
      cure: 'dev list shows them, dev clean --all takes them away',
      fixable: false,
    },
  ];
}
