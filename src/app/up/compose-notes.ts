import { basename } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Project } from '../../model/project.ts';
import type { Definition } from '../project/definition.ts';
import { composeFilesIn } from '../project/definition-layers.ts';
import { shownIn } from '../project/read-project.ts';
import type { Told } from './tell-once.ts';

/** What makes a project of a folder without a `dev.yaml`; nothing where there is one. */
export function plainProjectNote({ definedBy, compose, root }: Project): string | undefined {
  if (definedBy !== 'compose' || compose === undefined) return undefined;
  const shown = compose.files.map((path) => shownIn(root, path)).join(' + ');
  const by = compose.byVariable ? ' (COMPOSE_FILE)' : '';
  return `no dev.yaml here: runs ${shown}${by} as it is; dev init makes more of it`;
}

/** How a project's Compose files are found, where that is not plain. */
export function composeFileNews({ opened }: Definition): readonly Told[] {
  const { compose, definedBy, root } = opened.project;
  if (compose === undefined) return [];
  const taken = composeFilesIn(compose, opened.context).map((path) => shownIn(root, path));
  const news: Told[] = [];
  if (definedBy === 'dev.yaml') {
    const files = taken.join(' + ');
    news.push({
      key: `included ${files}`,
      text: `${files} is part of the project: its lowest layer`,
    });
  }
  for (const path of compose.passedOver) {
    const name = basename(path);
    const text = `${name} is not used: ${taken.join(' + ')} has its place, as in Compose`;
    news.push({ key: `passed over ${name}`, text });
  }
  return news;
}

/** Modules whose versions nothing locks. */
export function unlockedNews({ opened }: Definition): readonly Told[] {
  return opened.project.modules.flatMap(({ name, path, install }) => {
    if (install?.unlocked !== true) return [];
    const where = path === '.' ? 'package.json' : `${path}/package.json`;
    const text = `${name}: no lockfile beside ${where}, so its versions are chosen anew by each install; npm install makes one, to be committed`;
    return [{ key: `unlocked ${name}`, text }];
  });
}

/** Why there is nothing to bring up; undefined when there is something. */
export function nothingToRun({ opened, environment }: Definition): Failure | undefined {
  if (environment.order.length > 0 || environment.switchedOff.size > 0) return undefined;
  const off = [...environment.profilesOff];
  if (off.length > 0) {
    const names = off.map(([service, profiles]) => `${service} (${profiles.join(', ')})`);
    const profile = off[0]?.[1][0] ?? '';
    return {
      reason: 'usage',
      what: `nothing to run: every service of ${opened.project.name} belongs to a profile that is off`,
      why: names.join(', '),
      cure: `dev up --profile ${profile}, or name a service: dev up ${off[0]?.[0] ?? ''}`,
    };
  }
  const where = opened.project.compose?.files.map((path) => shownIn(opened.project.root, path));
  return {
    reason: 'definition',
    what: `nothing to run: ${opened.project.name} has no services`,
    cure:
      opened.project.definedBy === 'compose'
        ? `Write services into ${where?.[0] ?? 'the Compose file'}`
        : 'Add modules or services to dev.yaml, or services to compose/base.yaml',
  };
}
