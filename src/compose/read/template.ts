/**
 * Variable substitution as Compose does it: `$A`, `${A}`, `${A:-b}`, `${A-b}`, `${A:+b}`, `${A+b}`,
 * `${A:?message}`, `${A?message}`, nested, `$$`. Including its surprises: the part inside braces is
 * matched greedily to the last brace of the line, then cut at the first one that balances.
 */
export type Lookup = (name: string) => string | undefined;

export type TemplateFailure =
  | { readonly kind: 'syntax' }
  | { readonly kind: 'required'; readonly variable: string; readonly message: string };

export interface Substituted {
  readonly text: string;
  /** The first thing that went wrong. */
  readonly failure?: TemplateFailure;
}

const NAME = '[_a-zA-Z\\u017f\\u212a][_a-zA-Z0-9\\u017f\\u212a]*';
const BRACED = `${NAME}(?::?[-+?](?:[^\\n]*))?`;
const SOURCE = `\\$(?:(?<escaped>\\$)|(?<named>${NAME})|\\{(?:(?<braced>${BRACED})\\}|(?<invalid>)))`;
const PATTERN = new RegExp(SOURCE, 'gu');
const ONCE = new RegExp(SOURCE, 'u');

type Operator = ':?' | '?' | ':-' | '-' | ':+' | '+';
const OPERATORS: readonly Operator[] = [':?', '?', ':-', '-', ':+', '+'];

/** @param onUnset told of every variable that is not set and has no default */
export function substitute(
  template: string,
  lookup: Lookup,
  onUnset?: (name: string) => void,
): Substituted {
  if (!template.includes('$')) return { text: template };
  let failure: TemplateFailure | undefined;
  const text = template.replace(PATTERN, (match) => {
    const replaced = replacement(match, lookup, onUnset);
    failure ??= replaced.failure;
    return replaced.text;
  });
  return failure === undefined ? { text } : { text, failure };
}

function replacement(match: string, lookup: Lookup, onUnset?: (name: string) => void): Substituted {
  const operator = firstOperator(match);
  const closing = closingBrace(match);
  const rest = closing === -1 ? '' : match.slice(closing + 1);
  const own = closing === -1 ? match : match.slice(0, closing + 1);
  const groups = ONCE.exec(own)?.groups;
  if (groups?.['escaped'] !== undefined) return { text: '$' };
  const named = groups?.['named'];
  const substitution = named ?? groups?.['braced'];
  if (substitution === undefined || substitution === '') {
    return { text: '', failure: { kind: 'syntax' } };
  }
  if (named === undefined) {
    const applied = apply(operator, substitution, lookup, onUnset);
    if (applied !== undefined) {
      if (applied.failure !== undefined) return { text: '', failure: applied.failure };
      const nested = substitute(rest, lookup, onUnset);
      if (nested.failure !== undefined) return { text: '', failure: nested.failure };
      return { text: applied.text + nested.text };
    }
  }
  const value = lookup(substitution);
  if (value === undefined) onUnset?.(substitution);
  return { text: value ?? '' };
}

/** The operator that stands first in the text; `:?` when there is none. */
function firstOperator(template: string): Operator {
  let best: Operator = ':?';
  let bestIndex = -1;
  for (const operator of OPERATORS) {
    const index = template.indexOf(operator);
    if (index !== -1 && (bestIndex === -1 || index < bestIndex)) {
      best = operator;
      bestIndex = index;
    }
  }
  return best;
}

function closingBrace(template: string): number {
  let open = 0;
  for (let index = 0; index < template.length; index += 1) {
    if (template[index] === '}') {
      open -= 1;
      if (open === 0) return index;
    }
    if (template[index] === '{') {
      open += 1;
      index += 1;
    }
  }
  return -1;
}

/** Undefined when the operator is not in the text after all: a plain `${NAME}`. */
function apply(
  operator: Operator,
  substitution: string,
  lookup: Lookup,
  onUnset?: (name: string) => void,
): Substituted | undefined {
  const index = substitution.indexOf(operator);
  if (index === -1) return undefined;
  const name = substitution.slice(0, index);
  const other = substitute(substitution.slice(index + operator.length), lookup, onUnset);
  if (other.failure !== undefined) return other;
  const value = lookup(name);
  const present = operator.startsWith(':')
    ? value !== undefined && value !== ''
    : value !== undefined;
  switch (operator) {
    case ':-':
    case '-':
      return { text: present ? (value ?? '') : other.text };
    case ':+':
    case '+':
      return { text: present ? other.text : (value ?? '') };
    case ':?':
    case '?':
      if (present) return { text: value ?? '' };
      return { text: '', failure: { kind: 'required', variable: name, message: other.text } };
  }
}
