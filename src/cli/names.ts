/** `a,b`, `a, b`, ` a `: names as people write them in a list. */
export function parseNames(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
