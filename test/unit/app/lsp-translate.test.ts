import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTranslation } from '../../../src/app/lsp/translate.ts';

const HOST = '/home/ada/Mein Löwe (2)';
const CLONE = 'file:///home/ada/Mein%20L%C3%B6we%20(2)';
const pairs = [
  { host: HOST, container: '/workspace' },
  { host: '/home/ada/.cache/onestack-packages/go-mod', container: '/var/cache/onestack/go-mod' },
];

describe('a message from the editor', () => {
  const inwards = (message: object): object => createTranslation(pairs).toContainer(message);

  test('has the container’s paths in every position', () => {
    expect(
      inwards({
        jsonrpc: '2.0',
        method: 'initialize',
        params: {
          rootUri: CLONE,
          rootPath: HOST,
          workspaceFolders: [{ uri: `${CLONE}/api`, name: 'api' }],
          initializationOptions: { python: `${HOST}/.venv/bin/python`, other: '/usr/bin/python3' },
        },
      }),
    ).toEqual({
      jsonrpc: '2.0',
      method: 'initialize',
      params: {
        rootUri: 'file:///workspace',
        rootPath: '/workspace',
        workspaceFolders: [{ uri: 'file:///workspace/api', name: 'api' }],
        initializationOptions: {
          python: '/workspace/.venv/bin/python',
          other: '/usr/bin/python3',
        },
      },
    });
    const edits = { changes: { [`${CLONE}/a%20b.ts`]: [] } };
    expect(inwards({ params: { arguments: [edits, `${HOST}/x`] } })).toEqual({
      params: { arguments: [{ changes: { 'file:///workspace/a%20b.ts': [] } }, '/workspace/x'] },
    });
  });

  test('however its URIs are escaped', () => {
    for (const spelled of [
      'file:///home/ada/Mein%20L%C3%B6we%20%282%29/a.ts',
      'file:///home/ada/Mein%20L%c3%b6we%20(2)/a.ts',
      'file:///home/ada/Mein Löwe (2)/a.ts',
      'file:///%68ome/ada/Mein%20Löwe%20(2)/a.ts',
      'file://localhost/home/ada/Mein%20L%C3%B6we%20(2)/a.ts',
    ]) {
      expect(inwards({ uri: spelled })).toEqual({ uri: 'file:///workspace/a.ts' });
    }
  });

  test('keeps what only looks like the clone, and what documents contain', () => {
    const kept = {
      beside: `${CLONE}-old/a.ts`,
      besidePath: `${HOST}2/a`,
      above: 'file:///home/ada',
      text: `${CLONE}/a.ts`,
      newText: HOST,
      data: { uri: `${CLONE}/a.ts` },
      no: null,
      count: 3,
    };
    expect(inwards(kept)).toEqual(kept);
  });
});

describe('a message from the language server', () => {
  test('has the paths of this machine, spelled as the editor spells them', () => {
    const translation = createTranslation(pairs);
    const location = { result: [{ uri: 'file:///workspace/api/a.ts' }] };
    expect(translation.toHost(location)).toEqual({ result: [{ uri: `${CLONE}/api/a.ts` }] });
    const own = 'file:///home/ada/Mein%20L%c3%b6we%20%282%29';
    translation.toContainer({ uri: `${own}/api/a.ts` });
    expect(translation.toHost(location)).toEqual({ result: [{ uri: `${own}/api/a.ts` }] });
  });

  test('in links among words, in keys, in sentences, in the package manager’s cache', () => {
    const translation = createTranslation(pairs);
    expect(
      translation.toHost({
        value: 'see [a](file:///workspace/a.ts#L3) and `/workspace/a.ts`',
        message: "Cannot find module '/workspace/api/x', nor /workspaces/x",
        edit: { changes: { 'file:///workspace/a.ts': [{ newText: 'file:///workspace/a.ts' }] } },
        label: [{ value: 'T', location: { uri: 'file:///workspace/a.ts' } }],
        targetUri: 'file:///var/cache/onestack/go-mod/example.com/greet@v1.0.0/greet.go',
        archive: 'zipfile:///workspace/.yarn/cache/x.zip::a.ts',
        library: 'file:///usr/local/go/src/fmt/print.go',
        data: { file: '/workspace/a.ts' },
      }),
    ).toEqual({
      value: `see [a](${CLONE}/a.ts#L3) and \`/workspace/a.ts\``,
      message: `Cannot find module '${HOST}/api/x', nor /workspaces/x`,
      edit: { changes: { [`${CLONE}/a.ts`]: [{ newText: 'file:///workspace/a.ts' }] } },
      label: [{ value: 'T', location: { uri: `${CLONE}/a.ts` } }],
      targetUri:
        'file:///home/ada/.cache/onestack-packages/go-mod/example.com/greet@v1.0.0/greet.go',
      archive: 'zipfile:///home/ada/Mein%20L%C3%B6we%20(2)/.yarn/cache/x.zip::a.ts',
      library: 'file:///usr/local/go/src/fmt/print.go',
      data: { file: '/workspace/a.ts' },
    });
  });

  test('comes back as it was: there and back again is nothing, wherever the clone lies', () => {
    const name = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((one) => !/[/\n\0]|^\.+$/.test(one));
    const path = fc
      .array(name, { minLength: 1, maxLength: 4 })
      .map((names) => `/${names.join('/')}`);
    const place = fc.oneof(
      path.map((below) => `/workspace${below}`),
      path.map((below) => `file:///workspace${encodeURI(below)}`),
      fc.constantFrom('/workspace', 'file:///workspace'),
    );
    fc.assert(
      fc.property(path, fc.array(place), (host, places) => {
        const translation = createTranslation([{ host, container: '/workspace' }]);
        const message = { params: places.map((uri) => ({ uri, [uri]: uri })) };
        expect(translation.toContainer(translation.toHost(message))).toEqual(message);
      }),
    );
  });
});
