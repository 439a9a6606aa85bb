import { join } from 'node:path';
import { containerNames, scopedName } from '../../generate/compose-edits.ts';
import { publishedEntries } from '../../generate/port-edits.ts';
import { mappingAt } from '../../model/plain.ts';
import { policyOf } from '../../model/context-policy.ts';
import { mountedPaths } from '../../plan/mounted-files.ts';
import type { Prepared } from './prepare.ts';
import type { Told } from './tell-once.ts';

/**
 * What development changes of the meaning of a Compose file that its owner wrote for Compose, each
 * with the line that switches it off. docs/compose-projects.md has them all.
 */
export function differences(prepared: Prepared): readonly Told[] {
  const { opened } = prepared;
  const { project, context, instance } = opened;
  const { ports, eases, isMain } = policyOf(context);
  // Names are made one's own in files of compose/, too.
  if (project.compose === undefined)
    return eases ? [...healthNews(prepared), ...nameNews(prepared)] : [];
  const named: Told[] = [];
  // One that had another name before goes on under that, which is told as it is claimed.
  const free = isMain ? project.name : `${project.name}-${context}`;
  if (
    project.definedBy === 'compose' &&
    instance !== free &&
    instance.startsWith(`${project.name}-`)
  ) {
    const text = `runs as ${instance}: another folder has the name ${project.name}`;
    named.push({ key: `named ${instance}`, text });
  }
  const eased = eases ? [healthNews, nameNews, gitNews] : [];
  const news = ports === 'moved' ? [portNews, ...eased] : eased;
  return [...named, ...news.flatMap((tell) => tell(prepared))];
}

const asWritten = (key: string): string => `dev settings compose.${key}=as-written`;

function portNews({ opened, environment, document }: Prepared): readonly Told[] {
  if (opened.settings.compose.ports === 'as-written') return [];
  // One that was taken is at another port.
  const decided = new Map(
    publishedEntries(document).map(({ path, hostPort }) => [path.join('.'), hostPort]),
  );
  const ports = publishedEntries(environment.document)
    .filter(({ service, hasAddress }) => !hasAddress && environment.order.includes(service))
    .map(({ service, path, hostPort, containerPort }) => {
      const port = decided.get(path.join('.')) ?? hostPort;
      return `${service} ${String(port || hostPort || containerPort)}`;
    });
  if (ports.length === 0) return [];
  const shown = ports.join(', ');
  return [
    {
      key: `loopback ${shown}`,
      text: `open to this machine alone, not to the network: ${shown} (${asWritten('ports')})`,
    },
  ];
}

function healthNews({ environment, document }: Prepared): readonly Told[] {
  const before = mappingAt(environment.document, 'services');
  const after = mappingAt(document, 'services');
  const early = environment.order.filter((name) => {
    const [was, is] = [before, after].map((all) => mappingAt(mappingAt(all, name), 'healthcheck'));
    return is?.['start_interval'] !== undefined && was?.['start_interval'] === undefined;
  });
  if (early.length === 0) return [];
  const text = `asked for their health every second while they start: ${early.join(', ')} (${asWritten('health')})`;
  return [{ key: `health ${early.join(' ')}`, text }];
}

function nameNews({ opened, environment, document }: Prepared): readonly Told[] {
  const after = containerNames(document, environment.order);
  return [...containerNames(environment.document, environment.order)].flatMap(([service, name]) => {
    const scoped = scopedName(name, opened.instance);
    if (after.get(service) !== scoped) return [];
    const text = `another project has a container ${name}: ${service} gets ${scoped} (${asWritten('container_names')})`;
    return [{ key: `container ${scoped}`, text }];
  });
}

function gitNews({ opened, document, environment }: Prepared): readonly Told[] {
  const git = join(opened.project.root, '.git');
  const guarded = environment.order.filter((name) =>
    mountedPaths(document, name).some(({ path }) => path === git),
  );
  if (opened.settings.git === 'writable' || guarded.length === 0) return [];
  const text = `.git can be read, not written, in ${guarded.join(', ')} (dev settings git=writable)`;
  return [{ key: `git ${guarded.join(' ')}`, text }];
}
