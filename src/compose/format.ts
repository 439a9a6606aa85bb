import type { Node, ScalarNode } from './tree.ts';

/** A float as Go prints it with `%v`: exponents below -4 and from 21 on. */
export function goFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 21) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  if (exponent < 0) {
    const sign = value < 0 ? '-' : '';
    const digits = mantissa.replace(/[-.]/g, '');
    return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  }
  return String(value);
}

function goTime(word: string): string {
  const match =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ](\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?(Z|[-+]\d{2}:\d{2})?)?$/.exec(
      word,
    );
  if (match === null) return word;
  const two = (part: string | undefined): string => (part ?? '0').padStart(2, '0');
  const fraction = (match[7] ?? '').replace(/0+$/, '').replace(/\.$/, '');
  const zone = match[8] ?? 'Z';
  const offset = zone === 'Z' ? '+0000 UTC' : `${zone.replace(':', '')} ${zone.replace(':', '')}`;
  return (
    `${match[1] ?? ''}-${two(match[2])}-${two(match[3])} ` +
    `${two(match[4])}:${two(match[5])}:${two(match[6])}${fraction} ${offset}`
  );
}

function goScalar(node: ScalarNode): string {
  if (node.type === 'null') return '<nil>';
  if (node.type === 'float') return goFloat(Number(node.value));
  if (node.type === 'timestamp') return goTime(String(node.value));
  return String(node.value);
}

/** A value as Go prints it with `%v`. Compose does so where a mapping becomes a list. */
export function goFormat(node: Node): string {
  if (node.kind === 'scalar') return goScalar(node);
  if (node.kind === 'list') return `[${node.items.map(goFormat).join(' ')}]`;
  const parts = [...node.entries]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, entry]) => `${name}:${goFormat(entry.value)}`);
  return `map[${parts.join(' ')}]`;
}

/** Order of code points, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
