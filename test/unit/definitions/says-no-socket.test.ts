import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultSettingsText } from '../../../src/definitions/settings-text.ts';
import { saysNoSocket } from '../../../src/definitions/says-no-socket.ts';
import { loadProject } from '../../../src/definitions/load-project.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

function defaultText(): string {
  const files = new MemoryFiles({ '/p/dev.yaml': 'name: shop\n' });
  const project = loadProject('/p', { files });
  if (!project.ok) throw new Error('a definition that is right');
  return defaultSettingsText(project.value);
}

it('is so of a file as it is made, and not when it is switched on', () => {
  const text = defaultText();
  expect(saysNoSocket(text)).toBe(true);
  expect(saysNoSocket(text.replaceAll('\n', '\r\n'))).toBe(true);
  expect(saysNoSocket(text.replace('engine_socket: false', 'engine_socket: true'))).toBe(false);
});

it.each([
  'tools:\n  engine_socket: true\n',
  'tools: { engine_socket: true }\n',
  'tools: { engine_socket: false }\n',
  'tools:\n  engine_socket: falsey\n',
  'tools:\n  engine_socket:\n    true\n',
  'a: |\n  engine_socket: false\ntools: { engine_socket: true }\n',
  'a: |\n  engine_socket: false\ntools: { "engine\\u005fsocket": true }\n',
  'tools: &t\n  engine_socket: false\n# engine_socket\n',
  '',
])('%j is to be parsed', (text) => {
  parse(text);
  expect(saysNoSocket(text)).toBe(false);
});
