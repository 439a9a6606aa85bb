// Writes docs/catalogue.md: a part for each ready service, from its file and what is known of its kind.
// `npm run catalogue:page` writes it; a unit test checks that it is current.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostFiles as files } from '../src/adapters/files.ts';
import { loadCatalogue } from '../src/generate/catalogue.ts';
import { listCatalogue, type ListedEntry } from '../src/generate/catalogue-list.ts';

const REPOSITORY = join(import.meta.dirname, '..');

const HEAD = `# Ready services

<!-- Made by npm run catalogue:page from compose/services and src/service-kinds. -->

\`\`\`yaml
# dev.yaml
services:
  db: postgres
  cache: { from: redis }
\`\`\`

\`dev catalogue\` lists them. Each has a health check that costs next to nothing, and where it asks for a
password, one of its own that is made at the first \`dev up\` and kept outside of the project. Your
Compose files add to a service under its name: ports, environment, mounted files. What is _built here_
is made of Debian's packages or npm's, on the image hierarchy, and run by our tests. What is _pulled_ is
pinned to a version of its registry; its definition is checked, its image is not run by our tests.

A file \`compose/services/NAME.yaml\` of the project adds an entry, or takes the place of ours. A folder
\`base-images/NAME\` of the project that has the name of a ready service's image, but is something else,
is an error before anything starts.
`;

function partOf(entry: ListedEntry): string {
  const { name, about, image, built, data, password, ports, probe } = entry;
  const prose = about.split('\n').filter((line) => !line.startsWith('From its registry as'));
  // What is indented beneath the text is an example.
  const first = prose.findIndex((line) => line.startsWith('  '));
  const text = (first < 0 ? prose : prose.slice(0, first)).filter((line) => line !== '');
  const indented = prose.filter((line) => line.startsWith('  ')).map((line) => line.slice(2));
  const after =
    first < 0 ? [] : prose.slice(first).filter((line) => line !== '' && !line.startsWith('  '));
  const example = indented.length === 0 ? [] : ['', '```yaml', ...indented, '```'];
  const facts = [
    `- image: ${built ? `\`${image}\`, built here` : `\`${image}\`, pulled`}`,
    ...(ports.length === 0 ? [] : [`- listens on: ${ports.join(', ')}`]),
    ...(data.length === 0 ? [] : [`- data: volume \`NAME-data\` at \`${data.join('`, `')}\``]),
    ...(password ? ['- password: secret `NAME-password`'] : []),
    ...(probe === undefined ? [] : [`- probe: \`url: ${probe}\``]),
    ...(entry.console ? ['- console: `- console: NAME` in a window of the dashboard'] : []),
  ];
  return [
    `## ${name}`,
    '',
    ...text,
    ...example,
    ...(after.length === 0 ? [] : ['', ...after]),
    '',
    ...facts,
    '',
  ].join('\n');
}

/** The whole page. */
export function cataloguePage(): string {
  const entries = loadCatalogue(files, { root: undefined, toolDirectory: REPOSITORY });
  return `${HEAD}\n${listCatalogue(entries, files).map(partOf).join('\n')}`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(REPOSITORY, 'docs/catalogue.md'), cataloguePage());
}
