/**
 * What JSON may hold as it is and terminals, editors or scripts take for something else: control
 * characters that JSON does not escape by itself, line ends of Unicode, and characters that nobody
 * sees (writing direction, joiners, tags). Variation selectors choose how emoji look, and stay.
 */
const UNSEEN =
  /[\x7f-\x9f]|(?![\ufe00-\ufe0f])[\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/gu;

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');

/**
 * A value as JSON that says the same to every reader and does nothing to a terminal.
 *
 * @param space how far to indent; one line when not given
 */
export function jsonText(value: unknown, space?: number): string {
  return JSON.stringify(value, null, space).replace(UNSEEN, escaped);
}
