import { goFloat } from '../format.ts';
import { resolvePlain } from '../read/scalars.ts';
import type { ScalarValue } from '../tree.ts';

/** Letters first, then nothing that YAML gives a meaning to. Single words and simple phrases. */
const PLAIN =
  /^[A-Za-z0-9_./~+][A-Za-z0-9_./~+@=,;()^%!?*|<>$&-]*(?:[ :][A-Za-z0-9_./~+@=,;()^%!?*|<>$&-]+)*$/;
const PLAIN_INLINE =
  /^[A-Za-z0-9_./~+][A-Za-z0-9_./~+@=;()^%!?*$-]*(?: [A-Za-z0-9_./~+@=;()^%!?*$-]+)*$/;
/** What readers of YAML 1.1 take for truth values, or for numbers to the base of 60. */
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null|~|[0-9]+(?::[0-9.]+)+)$/i;

/**
 * A value as YAML text on one line, read back as the same value and type by Compose.
 *
 * @param inline it stands between brackets, where more characters have a meaning
 */
export function scalarText(
  value: ScalarValue | { readonly float: number },
  inline = false,
): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return floatText(value.float);
  if (typeof value !== 'string') return String(value);
  const isPlain =
    (inline ? PLAIN_INLINE : PLAIN).test(value) &&
    !WORDS.test(value) &&
    resolvePlain(value).type === 'string';
  return isPlain ? value : quoted(value);
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = goFloat(value);
  // A whole float stays a float.
  return /^-?[0-9]+$/.test(text) ? `${text}.0` : text;
}

function quoted(value: string): string {
  // JSON's escapes are YAML's; those that may not stand as they are, or that nobody sees, are more.
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufffe\uffff]|(?![\ufe00-\ufe0f])[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu,
    (char) => {
      const code = (char.codePointAt(0) ?? 0).toString(16);
      return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
    },
  );
}
