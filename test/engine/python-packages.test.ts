import { afterAll, expect, it } from 'vitest';
import { removeBakedImages } from '../support/baked-images.ts';
import { commitAll } from '../support/commit-all.ts';
import { rigForSuite } from '../support/rig.ts';

/** Makes a package of what lies in `src`, or a link to it, with nothing but Python. */
const BACKEND = `
import pathlib, re, zipfile

def make(folder, editable):
    name = re.search('name = "(.*)"', pathlib.Path("pyproject.toml").read_text())[1]
    wheel = f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, wheel), "w") as out:
        if editable:
            out.writestr(f"{name}.pth", str(pathlib.Path("src").absolute()))
        for one in [] if editable else pathlib.Path("src").rglob("*.py"):
            out.write(one, one.relative_to("src"))
        info = f"{name}-1.0.dist-info"
        out.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")
        out.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        out.writestr(f"{info}/RECORD", "")
    return wheel

def build_wheel(folder, config_settings=None, metadata_directory=None):
    return make(folder, False)

def build_editable(folder, config_settings=None, metadata_directory=None):
    return make(folder, True)
`;

const aPackage = (folder: string, name: string): Readonly<Record<string, string>> => ({
  [`${folder}/pyproject.toml`]: `[build-system]
requires = []
build-backend = "backend"
backend-path = ["how"]
[project]
name = "${name}"
`,
  [`${folder}/how/backend.py`]: BACKEND,
  [`${folder}/src/${name}/__init__.py`]: `WORD = "${name}"\n`,
});

const MODULES = `
modules:
  shared: { path: libs/shared, image: python, install: false }
  api:
    image: python
    uses: [shared]
    run: .venv/bin/python -m http.server 8000
    production: .venv/bin/python -c 'import api, own, shared; print(api.WORD, own.WORD, shared.WORD)' && sleep 1d
`;

const suite = rigForSuite({
  files: {
    'dev.yaml': `name: any\n${MODULES}`,
    ...aPackage('api', 'api'),
    ...aPackage('api/libs/own', 'own'),
    ...aPackage('libs/shared', 'shared'),
    'api/requirements.txt': '--no-index\n-e .\n./libs/own\n-e ../libs/shared\n',
    '.gitignore': '.dev/\n.venv/\n__pycache__/\ndev.settings.yaml\n',
  },
});

const commit = () => commitAll(suite());
const ci = () => suite().dev(['--yes', 'ci']);

afterAll(() => removeBakedImages(suite().name));

it('code that pip makes packages of is there for production, copied or linked', async () => {
  await suite().run(['git', 'init', '--quiet', '--initial-branch=main']);
  await commit();
  const done = await ci();
  expect(done.status, suite().transcript()).toBe(0);
  const logs = await suite().run([
    'sh',
    '-c',
    'cat "$0"/runs/*/logs/smoke-*api*',
    suite().places().delivery.folder,
  ]);
  expect(logs.stdout).toContain('api own shared');
  // What is only linked to is not installed again; what is copied is.
  suite().write('api/src/api/__init__.py', 'WORD = "again"\n');
  await commit();
  const linked = await ci();
  expect(linked.status, suite().transcript()).toBe(0);
  expect(linked.stdout).toMatch(/= dependencies +kept/);
  suite().write('api/libs/own/src/own/__init__.py', 'WORD = "other"\n');
  await commit();
  expect((await ci()).stdout).toMatch(/✓ dependencies/);
});

it('a package that is of no module’s code is refused, with its line and what helps', async () => {
  suite().write('dev.yaml', `name: any\n${MODULES.replace('    uses: [shared]\n', '')}`);
  await commit();
  const refused = await ci();
  expect(refused.status, suite().transcript()).toBe(2);
  expect(refused.stderr).toContain(
    'api is installed with ../libs/shared, which is not in its image',
  );
  expect(refused.stderr).toContain('api/requirements.txt:4');
  expect(refused.stderr).toContain('`uses: [shared]`');
});
