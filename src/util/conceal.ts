/** Shorter lines of a secret are words that anybody may print: `-----`, `}`. */
const TELLING_LENGTH = 8;
const CONCEALED = '[redacted]';

/**
 * Takes secrets out of what a program prints: their values, each line of those that have several, and
 * how they look in an address or in base64.
 * @returns a function from a line to the line without them.
 */
export function concealing(values: readonly string[]): (line: string) => string {
  const forms = values.flatMap((value) => {
    const lines = value.split(/\r?\n/).map((line) => line.trim());
    const telling = lines.filter((line) => line === value || line.length >= TELLING_LENGTH);
    const encoded = [encodeURIComponent(value), Buffer.from(value).toString('base64')];
    return [value, ...telling, ...encoded];
  });
  // The longest first: one may hold another.
  const wanted = [...new Set(forms)]
    .filter((form) => form !== '')
    .sort((a, b) => b.length - a.length);
  return (line) => wanted.reduce((text, form) => text.replaceAll(form, CONCEALED), line);
}
