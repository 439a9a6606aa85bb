import { dependencyCycle } from '../order.ts';
import { isEnabled } from '../profiles.ts';
import type { Problems } from '../problems.ts';
import { child, isNull, stringOf } from '../tree.ts';
import type { MapNode, Node } from '../tree.ts';
import { checkAmounts } from './amounts.ts';
import {
  checkDependencies,
  checkNetworks,
  checkReferences,
  onlyWithProfile,
} from './references.ts';
import { hasText, scopeOf, type Scope } from './scope.ts';

/** Checks that the parts of a merged document fit together: references, exclusions, cycles. */
export function checkConsistency(
  root: MapNode,
  profiles: readonly string[],
  problems: Problems,
): void {
  const services = child(root, 'services');
  if (services?.kind === 'map') {
    const scope = scopeOf(root, services, profiles, problems);
    for (const [name, entry] of services.entries) {
      if (isEnabled(entry.value, profiles)) checkService(scope, name, entry.value);
    }
    const cycle = dependencyCycle(services, (name) => {
      const service = services.entries.get(name)?.value;
      return service !== undefined && isEnabled(service, profiles);
    });
    if (cycle !== undefined) {
      const [first = '', second = ''] = cycle;
      const depends = child(child(services, first), 'depends_on');
      const at = depends?.kind === 'map' ? depends.entries.get(second)?.key : undefined;
      problems.add('Services depend on one another in a circle', at ?? child(services, first)?.at, {
        why: `${cycle.join(' → ')}.`,
      });
    }
  }
  const secrets = child(root, 'secrets');
  for (const [name, { value }] of secrets?.kind === 'map' ? secrets.entries : []) {
    if (isTrue(child(value, 'external'))) continue;
    if (!hasText(value, 'file') && !hasText(value, 'environment')) {
      problems.add(`secrets.${name} needs a file or an environment variable`, value.at);
    }
  }
}

function isTrue(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && /^true$/i.test(String(node.value));
}

function checkService(scope: Scope, name: string, service: Node): void {
  const build = child(service, 'build');
  if (!hasText(service, 'image') && (build === undefined || isNull(build))) {
    scope.problems.add(`services.${name} has neither an image nor a build`, service.at, {
      cure: 'Give it image: or build:.',
    });
  }
  if (build?.kind === 'map') checkBuild(scope, name, service, build);
  checkNetworks(scope, name, service);
  checkHealthcheck(scope, name, service);
  checkDependencies(scope, name, service);
  checkReferences(scope, name, service, build);
  checkAmounts(scope, name, service);
  checkWatch(scope, name, service);
}

function checkBuild(scope: Scope, name: string, service: Node, build: MapNode): void {
  if (hasText(build, 'dockerfile') && hasText(build, 'dockerfile_inline')) {
    scope.problems.add(
      `services.${name}.build has both dockerfile and dockerfile_inline`,
      build.at,
    );
  }
  const contexts = child(build, 'additional_contexts');
  for (const { value } of contexts?.kind === 'map' ? contexts.entries.values() : []) {
    const context = stringOf(value);
    if (context?.startsWith('service:') !== true) continue;
    const target = context.slice('service:'.length);
    const other = scope.services.entries.get(target)?.value;
    if (other === undefined) {
      scope.problems.add(`There is no service "${target}" to build with`, value.at);
    } else if (!isEnabled(other, scope.profiles)) {
      scope.problems.add(
        `services.${name} is built with "${target}", which is not there`,
        value.at,
        onlyWithProfile(target, other),
      );
    } else if (child(other, 'build') === undefined) {
      scope.problems.add(`The service "${target}" is not built`, value.at);
    }
  }
  const platforms = child(build, 'platforms');
  const platform = child(service, 'platform');
  const wanted = stringOf(platform) ?? '';
  if (platforms?.kind === 'list' && platforms.items.length > 0 && wanted !== '') {
    if (!platforms.items.some((item) => stringOf(item) === wanted)) {
      scope.problems.add(`build.platforms does not hold the platform ${wanted}`, platforms.at);
    }
  }
}

function checkHealthcheck(scope: Scope, name: string, service: Node): void {
  const test = child(child(service, 'healthcheck'), 'test');
  if (test?.kind !== 'list' || test.items.length === 0) return;
  const first = stringOf(test.items[0]);
  if (first === 'CMD' || first === 'CMD-SHELL' || first === 'NONE') return;
  scope.problems.add(
    `services.${name}.healthcheck.test must start with CMD, CMD-SHELL or NONE`,
    test.at,
    { cure: 'Put CMD first, or write the test as one text.' },
  );
}

function checkWatch(scope: Scope, name: string, service: Node): void {
  const watch = child(child(service, 'develop'), 'watch');
  for (const item of watch?.kind === 'list' ? watch.items : []) {
    const action = stringOf(child(item, 'action'));
    if (hasText(item, 'target') || action === 'rebuild' || action === 'restart') continue;
    scope.problems.add(
      `services.${name}.develop.watch needs a target for ${action ?? ''}`,
      item.at,
    );
  }
}
