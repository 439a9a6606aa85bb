import { child } from '../tree.ts';
import type { Node } from '../tree.ts';
import { hasText, type Scope } from './scope.ts';

function numeric(node: Node | undefined): number | undefined {
  if (node?.kind !== 'scalar' || node.type === 'null') return undefined;
  return Number(node.value);
}

export function checkAmounts(scope: Scope, name: string, service: Node): void {
  const deploy = child(service, 'deploy');
  const scale = numeric(child(service, 'scale'));
  const replicas = numeric(child(deploy, 'replicas'));
  if (scale !== undefined && replicas !== undefined && scale !== replicas) {
    scope.problems.add(
      `services.${name}: scale and deploy.replicas differ`,
      child(service, 'scale')?.at,
    );
  }
  if ((scale ?? replicas ?? 1) > 1 && hasText(service, 'container_name')) {
    scope.problems.add(
      `services.${name} has one container name for several containers`,
      child(service, 'container_name')?.at,
      { cure: 'Remove container_name, or run one container.' },
    );
  }
  checkLimit(scope, name, service, 'cpus', 'limits', 'cpus', Math.fround);
  checkLimit(scope, name, service, 'mem_limit', 'limits', 'memory');
  checkLimit(scope, name, service, 'mem_reservation', 'reservations', 'memory');
  checkLimit(scope, name, service, 'pids_limit', 'limits', 'pids');
}

/** An amount that is given in two places must be the same in both. */
function checkLimit(
  scope: Scope,
  name: string,
  service: Node,
  key: string,
  group: string,
  other: string,
  round: (value: number) => number = (value) => value,
): void {
  const node = child(service, key);
  const limits = child(child(child(service, 'deploy'), 'resources'), group);
  if (node === undefined || limits?.kind !== 'map') return;
  const own = round(amount(node));
  const set = child(limits, other);
  if (own === 0 || own === round(set === undefined ? 0 : amount(set))) return;
  scope.problems.add(
    `services.${name}: ${key} and deploy.resources.${group}.${other} differ`,
    node.at,
  );
}

const UNITS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4, p: 5 };

/** A number, or an amount with a unit of 1024. */
function amount(node: Node): number {
  if (node.kind !== 'scalar') return 0;
  if (node.type === 'float') return Number(node.value);
  const match = /^(\d+(?:\.\d+)*) ?([kmgtp])?i?b?$/i.exec(String(node.value));
  if (match === null) return Number(node.value);
  return (
    Math.trunc(Number(match[1]) * 1024 ** (UNITS[(match[2] ?? '').toLowerCase()] ?? 0) * 1e6) / 1e6
  );
}
