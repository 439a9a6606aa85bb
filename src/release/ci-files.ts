import { shellQuoted } from '../util/shell-words.ts';

/** Services that `dev ci generate` writes a file for. */
export const CI_SERVICES = ['github', 'gitlab', 'bitbucket', 'jenkins'] as const;
export type CiService = (typeof CI_SERVICES)[number];

/** Where each looks for it, from the repository's root. */
const PATHS: Readonly<Record<CiService, string>> = {
  github: '.github/workflows/ci.yml',
  gitlab: '.gitlab-ci.yml',
  bitbucket: 'bitbucket-pipelines.yml',
  jenkins: 'Jenkinsfile',
};

export interface CiFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}

/** In the first line of every file that is ours to write again. */
const MARK = 'Made by `dev ci generate';

/** Whether a file was made by this command: only such ones are written over. */
export function isOurCiFile(text: string): boolean {
  return text.split('\n', 1)[0]?.includes(MARK) === true;
}

/** A YAML flow scalar: plain where nothing in it could mean something else. */
function yamlText(text: string): string {
  return /^\.\/[\w ./-]+$/.test(text) ? text : JSON.stringify(text);
}

/** The one command that a service runs. */
function commandOf(folder: string): string {
  return folder === '' ? './dev --yes ci' : `cd ${shellQuoted(`./${folder}`)} && ./dev --yes ci`;
}

/** Lines of each file, after the first. */
const LINES: Readonly<Record<CiService, (command: string) => readonly string[]>> = {
  github: (command) => [
    'name: ci',
    'on: [push, pull_request]',
    'permissions: { contents: read }',
    'jobs:',
    '  ci:',
    '    runs-on: ubuntu-24.04',
    '    steps:',
    '      - { uses: actions/checkout@v4, with: { fetch-depth: 0 } }',
    `      - run: ${yamlText(command)}`,
  ],
  gitlab: (command) => [
    '# For a runner that has Node and an engine (shell executor).',
    'ci:',
    "  variables: { GIT_DEPTH: '0' }",
    '  script:',
    `    - ${yamlText(command)}`,
  ],
  bitbucket: (command) => [
    '# For a runner of your own that has Node and an engine.',
    'clone: { depth: full }',
    'pipelines:',
    '  default:',
    '    - step:',
    '        name: ci',
    '        runs-on: [self.hosted, linux.shell]',
    '        script:',
    `          - ${yamlText(command)}`,
  ],
  jenkins: (command) => [
    '// For an agent that has Node and an engine; the checkout has to be with tags, and not shallow.',
    'pipeline {',
    '  agent any',
    '  stages {',
    `    stage('ci') { steps { sh '${command.replace(/['\\]/g, (one) => `\\${one}`)}' } }`,
    '  }',
    '}',
  ],
};

/**
 * The file by which a service runs this project's pipeline: it calls `dev ci` and knows nothing more, so that
 * what runs there is what runs here.
 * @param folder the project's folder, from the repository's root; empty for the root.
 */
export function ciFile(service: CiService, folder: string): CiFile {
  const comment = service === 'jenkins' ? '//' : '#';
  const mark = `${comment} ${MARK} ${service}\`; what it runs is in dev.yaml.`;
  const lines = [mark, ...LINES[service](commandOf(folder))];
  return { path: PATHS[service], text: `${lines.join('\n')}\n` };
}
