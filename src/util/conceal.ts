/** Shorter parts of a secret are words that anybody may print: `-----`, `}`. */
const TELLING_LENGTH = 8;
const CONCEALED = '[redacted]';

/** How many characters programs print of base64 before they begin a new line: `base64`, and what keeps to MIME or PEM. */
const BASE64_LINES = [76, 64];

/**
 * What of base64 is this value's alone, wherever it stands in what was encoded (`user:VALUE`, VALUE and a line end):
 * each character is six bits, and those that share theirs with what stands beside it are left out.
 */
function base64Stems(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const stems = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const [alone = ''] = stems;
  const wrapped = BASE64_LINES.filter((length) => alone.length > length).flatMap((length) =>
    Array.from({ length: Math.ceil(alone.length / length) }, (_, index) =>
      alone.slice(index * length, (index + 1) * length),
    ),
  );
  const all = [...stems, ...wrapped].filter((stem) => stem.length >= TELLING_LENGTH);
  return [...all, ...all.map((stem) => stem.replaceAll('+', '-').replaceAll('/', '_'))];
}

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
    return [value, ...telling, ...encoded, ...base64Stems(value)];
  });
  // The longest first: one may hold another.
  const wanted = [...new Set(forms)]
    .filter((form) => form !== '')
    .sort((a, b) => b.length - a.length);
  return (line) => wanted.reduce((text, form) => text.replaceAll(form, CONCEALED), line);
}
