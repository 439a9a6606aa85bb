/** Lines of a text that each are a command: neither empty, nor a comment, nor the rest of the line before. */
function commandLines(text: string): number {
  const whole = text.replaceAll(/\\\r?\n/g, ' ').split('\n');
  return whole.filter((line) => /^\s*[^\s#]/.test(line)).length;
}

/**
 * Shell text that ends at the first of its lines that fails, as in every CI service. Without it the last one's
 * status counts alone: a lint that failed above a good test was good. Who does not want it begins with `set +e`.
 */
export function failingFast(text: string): string {
  return commandLines(text) > 1 ? `set -e\n${text}` : text;
}
