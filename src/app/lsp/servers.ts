import type { Failure } from '../../events/failure.ts';
import { languageNames, type ImageLineage } from '../../model/image.ts';
import type { Module } from '../../model/module.ts';

interface Language {
  /** Command lines, the best first. */
  readonly servers: readonly string[];
  /** How a project gets the first of them. */
  readonly cure: (module: Module) => string;
}

const inImage = (module: Module, name: string): string =>
  `Have ${name} in the image of ${module.name}, then dev up`;

/** By the name of a base image. */
const LANGUAGES: Readonly<Record<string, Language>> = {
  node: {
    servers: ['typescript-language-server --stdio', 'vtsls --stdio'],
    cure: ({ path }) =>
      `(cd ${path} && npm install --save-dev typescript typescript-language-server), then dev up`,
  },
  python: {
    servers: [
      ...['basedpyright-langserver --stdio', 'pyright-langserver --stdio'],
      ...['pylsp', 'jedi-language-server'],
    ],
    cure: ({ name }) => `Add basedpyright to the requirements of ${name}, then dev up`,
  },
  go: {
    servers: ['gopls', 'go tool gopls'],
    cure: ({ path }) => `(cd ${path} && go get -tool golang.org/x/tools/gopls@latest), then dev up`,
  },
  java: { servers: ['jdtls'], cure: (module) => inImage(module, 'jdtls') },
};

function languageOf({ image }: Module, images: ImageLineage): Language | undefined {
  return languageNames(image, images).flatMap((name) => LANGUAGES[name] ?? [])[0];
}

/** Language servers of a module's language: command lines, and what is said where none is there. */
export function serversOf(
  module: Module,
  images: ImageLineage,
): { readonly lines: readonly string[]; readonly missing: Failure } {
  const language = languageOf(module, images);
  const own = `dev lsp ${module.name} -- COMMAND   with any other that its container has`;
  if (language === undefined) {
    return {
      lines: [],
      missing: {
        reason: 'usage',
        what: `no language server is known for ${module.name}`,
        why: `its image is ${module.image}; known are ${Object.keys(LANGUAGES).join(', ')}`,
        cure: own,
      },
    };
  }
  return {
    lines: language.servers,
    missing: {
      reason: 'host',
      what: `the container of ${module.name} has no language server`,
      why: `looked for ${language.servers.map((line) => (line.split(' ')[0] === 'go' ? line : line.split(' ')[0])).join(', ')}, in its dependencies and its image`,
      cure: `${language.cure(module)}; or ${own}`,
    },
  };
}
