// Writes docs/commands.md: every command with its arguments, options and examples, from the program
// itself. `npm run commands:page` writes it; a unit test checks that it is current.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { commandPaths, EXAMPLES } from '../src/cli/examples.ts';
import { buildProgram } from '../src/cli/program.ts';

const HEAD = `# Commands

<!-- Made by npm run commands:page from the program itself. -->

Each has \`--help\`. Options of all commands stand at the end. Exit status: 0 done, 1 something failed, 2 wrong usage
or definition, 3 no engine, 130 interrupted.
`;

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

function optionsOf(command: Command): readonly string[] {
  const shown = command.options.filter(({ hidden }) => !hidden);
  if (shown.length === 0) return [];
  const rows = shown.map(
    ({ flags, description }) => `| \`${cell(flags)}\` | ${cell(description)} |`,
  );
  return ['', '| option | does |', '| --- | --- |', ...rows];
}

function partOf(path: string, command: Command): string {
  const words = command.registeredArguments.map((one) => {
    const name = `${one.name()}${one.variadic ? '...' : ''}`;
    return one.required ? `<${name}>` : `[${name}]`;
  });
  return [
    '',
    `## dev ${path}`,
    '',
    `\`${['dev', path, ...words].join(' ')}\`: ${command.description()}.`,
    ...optionsOf(command),
    '',
    '```sh',
    ...(EXAMPLES[path] ?? []),
    '```',
    '',
  ].join('\n');
}

/** The whole page. */
export function commandsPage(): string {
  const nothing = { out: () => undefined, err: () => undefined };
  const program = buildProgram('0', () => Promise.resolve(), nothing);
  const parts = commandPaths(program).map(([path, command]) => partOf(path, command));
  const all = ['', '## Options of every command', ...optionsOf(program), ''].join('\n');
  return `${HEAD}${parts.join('')}${all}`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(import.meta.dirname, '../docs/commands.md'), commandsPage());
}
