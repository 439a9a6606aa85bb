import pc from 'picocolors';
import type { Difference, ServiceParity } from '../parity/compare.ts';
import { ownLine } from '../util/terminal-text.ts';

export interface ParityView {
  /** What development was compared with. */
  readonly other: string;
  readonly services: readonly ServiceParity[];
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const plural = (count: number, noun: string): string =>
  `${String(count)} ${noun}${count === 1 ? '' : 's'}`;

const valueText = (value: string | undefined): string => (value === undefined ? 'absent' : value);

/** Names that differ in the same way, in one line: `capability KILL, CHOWN: dev allowed, prod absent`. */
function faultLines(differences: readonly Difference[], context: string): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const { category, name, dev, other } of differences) {
    const values = `dev ${valueText(dev)}, ${context} ${valueText(other)}`;
    const key = JSON.stringify([category, values]);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups].map(([key, names]) => {
    const [category, values] = JSON.parse(key) as readonly [string, string];
    return `${category} ${names.join(', ')}: ${values}`;
  });
}

/** Names that share a reason, in one line: `mount /workspace, /home/app: …`. */
function meantLines(differences: readonly Difference[]): readonly string[] {
  const groups = new Map<string, Map<string, string[]>>();
  for (const { category, name, why = '' } of differences) {
    const named = groups.get(why) ?? new Map<string, string[]>();
    named.set(category, [...(named.get(category) ?? []), name]);
    groups.set(why, named);
  }
  return [...groups].map(([why, named]) => {
    const what = [...named].map(([category, names]) => `${category} ${names.join(', ')}`);
    return `${what.join('; ')}: ${why}`;
  });
}

function serviceLines(
  { service, equal, differences }: ServiceParity,
  view: ParityView,
  color: boolean,
) {
  const paint = pc.createColors(color);
  const faults = differences.filter(({ why }) => why === undefined);
  const meant = differences.filter(({ why }) => why !== undefined);
  const mark = faults.length === 0 ? paint.green('✓') : paint.red('✗');
  const counts = [
    `${String(total(equal))} equal`,
    ...(meant.length === 0 ? [] : [`${String(meant.length)} differ for a reason`]),
    ...(faults.length === 0 ? [] : [paint.red(`${String(faults.length)} differ without one`)]),
  ];
  return [
    ownLine(`${mark} ${paint.bold(service)}  ${counts.join(', ')}`),
    ...faultLines(faults, view.other).map((line) => `    ${paint.red('✗')} ${ownLine(line)}`),
    ...meantLines(meant).map((line) => paint.dim(`    · ${ownLine(line)}`)),
  ];
}

/** What is the same, what differs and why; ends with what it comes to. */
export function parityText(view: ParityView, color: boolean): string {
  const paint = pc.createColors(color);
  const { services, other } = view;
  const faults = services.flatMap(({ service, differences }) =>
    differences.filter(({ why }) => why === undefined).map((one) => ({ service, ...one })),
  );
  const equal = services.reduce((sum, one) => sum + total(one.equal), 0);
  const [first] = faults;
  const verdict =
    first === undefined
      ? [
          paint.green(
            `dev and ${other} are the same, but for what is meant: ${plural(equal, 'fact')} of ${plural(services.length, 'service')} equal`,
          ),
        ]
      : [
          paint.red(
            `${plural(faults.length, 'difference')} between dev and ${other} without a reason`,
          ),
          'Mend it where it comes from (dev config --explain tells), or say why in dev.yaml:',
          `  parity: [{ differs: ${first.category} ${first.name}, service: ${first.service}, why: … }]`,
        ];
  const lines = services.flatMap((one) => serviceLines(one, view, color));
  return [...lines, '', ...verdict.map(ownLine), ''].join('\n');
}
