import { afterAll, beforeAll } from 'vitest';
import { docker } from './debian-registry.ts';
import { createImageLab, value, type ImageLab } from './images.ts';
import { ownName } from './own-run.ts';
import { runProgram } from './run-program.ts';

/** A base image, and what is done on it. */
type Recipe = readonly [base: string, steps: string];

/** An entry point as official images have it: in variables of theirs, with a command of its own. */
const entryPoint = (script: string): string => `USER root
COPY --chmod=0755 <<"END" /usr/local/bin/docker-entrypoint.sh
#!/bin/sh
set -eu
${script}
END
ENTRYPOINT ["docker-entrypoint.sh"]
`;

const NODE = 'USER root\nRUN useradd --create-home node\n';
const PYTHON = 'USER root\nRUN apt-install python3-pip\nENV PIP_BREAK_SYSTEM_PACKAGES=1\n';
const REDIS = `${entryPoint(`if [ "\${1#-}" = "$1" ] && [ "$1" != redis-server ]; then exec "$@"; fi
[ "$1" != redis-server ] || shift
exec redis-server --protected-mode no --save "" --dir /data "$@"`)}CMD ["redis-server"]\n`;

/** What registries have under these names, made of what every machine has. */
const STAND_INS: Readonly<Record<string, Recipe>> = {
  'node:22-alpine': ['node', NODE],
  'node:lts-slim': ['node', NODE],
  'python:3.13-slim': ['python', PYTHON],
  'python:3.13-alpine': ['python', PYTHON],
  'golang:1.24-alpine': ['go', 'USER root\n'],
  'redis:7-alpine': ['redis', REDIS],
  'redislabs/redismod': ['redis', REDIS],
  'nginx:1.27-alpine': [
    'nginx',
    'RUN install -d /usr/share/nginx/html\nEXPOSE 80\nCMD ["nginx", "-g", "daemon off;"]\n',
  ],
  'mysql:8.4': [
    'mariadb',
    `RUN ln -sf mariadb-admin /usr/bin/mysqladmin
${entryPoint(`export MARIADB_USER="$MYSQL_USER" MARIADB_DATABASE="$MYSQL_DATABASE"
export MARIADB_PASSWORD_FILE="$MYSQL_PASSWORD_FILE"
exec mariadb-entrypoint "$@"`)}CMD ["mariadbd"]
`,
  ],
  'postgres:17-alpine': ['postgres', ''],
};

/** What people keep of others' code in their own repositories, from Debian's packages, in `/copy`. */
const COPIES = {
  wheels: [
    'python',
    `USER root
RUN apt-install python3-flask python3-redis python3-django
COPY <<"END" /wheels.py
import importlib.metadata, pathlib, zipfile

out = pathlib.Path("/copy")
out.mkdir()
for found in importlib.metadata.distributions(path=["/usr/lib/python3/dist-packages"]):
    folder = found.locate_file("")
    name = found.metadata["Name"].lower()
    dist = f"{name}-{found.version}"
    text = found.read_text("METADATA") or found.read_text("PKG-INFO")
    with zipfile.ZipFile(out / f"{dist}-py3-none-any.whl", "w") as wheel:
        for one in sorted(pathlib.Path(folder, name).rglob("*")):
            if one.is_file() and "__pycache__" not in one.parts:
                wheel.write(one, one.relative_to(folder))
        wheel.writestr(f"{dist}.dist-info/METADATA", text)
        wheel.writestr(f"{dist}.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{dist}.dist-info/entry_points.txt", found.read_text("entry_points.txt") or "")
        wheel.writestr(f"{dist}.dist-info/RECORD", "")
END
RUN python3 /wheels.py
`,
  ],
  'go-vendor': [
    'go',
    `USER root
RUN apt-install golang-github-lib-pq-dev
COPY <<"END" /copy/modules.txt
# github.com/lib/pq v1.10.9
## explicit; go 1.13
github.com/lib/pq
github.com/lib/pq/oid
github.com/lib/pq/scram
END
RUN mkdir -p /copy/github.com/lib && cd /copy/github.com/lib \\
 && cp -r /usr/share/gocode/src/github.com/lib/pq pq \\
 && rm -rf pq/*_test.go pq/auth pq/example pq/hstore pq/go.mod
`,
  ],
} as const satisfies Readonly<Record<string, Recipe>>;

/** Images under the names that repositories of others ask for, with a tag of this run. */
export interface StandIns {
  /** The text with each name that stands for an image replaced by what the engine has. */
  named(text: string): string;
  /** Writes a copy of others' code into a folder, absolute. */
  copy(what: keyof typeof COPIES, folder: string): Promise<void>;
}

/** Builds them before the tests of a file, and removes them after the last. */
export function standInsForSuite(): () => StandIns {
  const run = ownName();
  const made: string[] = [];
  let lab: ImageLab | undefined;

  async function build(own: ImageLab, [base, steps]: Recipe, reference: string): Promise<void> {
    const from = own.hierarchy().get(base)?.reference;
    made.push(reference);
    await docker(['build', '--quiet', '--tag', reference, '-'], `FROM ${String(from)}\n${steps}`);
  }
  const referenceOf = (name: string): string =>
    name.includes(':') ? `${name}-${run}` : `${name}:${run}`;

  beforeAll(async () => {
    const own = (lab = createImageLab());
    const recipes: readonly Recipe[] = [...Object.values(STAND_INS), ...Object.values(COPIES)];
    value(await own.build([...new Set(recipes.map(([base]) => base))]));
    for (const [name, recipe] of Object.entries(STAND_INS)) {
      await build(own, recipe, referenceOf(name));
    }
    for (const [name, recipe] of Object.entries(COPIES)) await build(own, recipe, `${run}-${name}`);
  });
  afterAll(async () => {
    if (made.length > 0) await runProgram(['docker', 'image', 'rm', '--force', ...made]);
    await lab?.remove();
  });

  return () => ({
    named: (text) =>
      Object.keys(STAND_INS).reduce(
        (all, name) => all.replaceAll(name, referenceOf(name)),
        // Only Docker's registry has its reader of Dockerfiles; the engine has one built in.
        text.replace(/^# syntax=.*\n/, ''),
      ),
    async copy(what, folder) {
      const argv = ['run', '--rm', '--user', '0', '--volume', `${folder}:/out`];
      await docker([...argv, '--entrypoint', 'cp', `${run}-${what}`, '-r', '/copy/.', '/out']);
    },
  });
}
