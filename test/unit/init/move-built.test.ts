import { describe, expect, it } from 'vitest';
import { applyInit } from '../../../src/app/init.ts';
import { planMove } from '../../../src/app/init/move.ts';
import { initWorld } from '../../support/init-world.ts';

type Files = Readonly<Record<string, string>>;

function repository(dockerfile: string, files: Files) {
  return initWorld({
    'dev.yaml': 'name: shop\n',
    'compose.yaml': "services: { api: { build: ./api, ports: ['80:80'] } }\n",
    'api/Dockerfile': dockerfile,
    ...files,
  });
}

async function moved(dockerfile: string, files: Files) {
  const plan = await planMove(
    { project: undefined, service: 'api' },
    repository(dockerfile, files),
  );
  if (!plan.ok) throw new Error(JSON.stringify(plan.failure));
  return plan.value;
}

describe('dev init move of code that is compiled', () => {
  const go = {
    'api/go.mod': 'module acme\n',
    'api/cmd/api/main.go': 'package main\n',
    'api/cmd/worker/main.go': 'package main\n',
  };

  it.each([
    ['RUN --mount=type=cache,target=/x go build -o /bin/w ./cmd/worker', './cmd/worker'],
    ['ARG APP=worker\nRUN go mod download && CGO_ENABLED=0 go build ./cmd/$APP', './cmd/worker'],
    ['RUN go build ./...', './cmd/api'],
    ['RUN go build -o /w ../other', './cmd/api'],
  ])('takes the program that %j builds', async (lines, expected) => {
    const text = `FROM golang:1.24 AS b\n${lines}\nFROM scratch\nCOPY --from=b /bin/w /w\nCMD ["/w"]\n`;
    const { module } = await moved(text, go);
    expect(module).toMatchObject({ compile: `go build -o bin/app ${expected}`, run: 'bin/app' });
  });

  it.each([
    ['mvn -q package', '/s/target/app.jar', 'package', 'target/app.jar'],
    [
      './mvnw -B clean compile assembly:single',
      '${WHERE}/all.jar',
      'compile assembly:single',
      'target/all.jar',
    ],
    ['make', '/out/app.jar', 'package', 'target/*.jar'],
  ])('makes the jar as %j does', async (build, made, goals, jar) => {
    const text = `FROM maven AS b\nRUN ${build}\nFROM eclipse-temurin:21\nARG WHERE=/s/target\nCOPY --from=b ${made} /app.jar\nCMD java -jar /app.jar\n`;
    const { module } = await moved(text, { 'api/pom.xml': '<project/>' });
    expect(module.compile).toBe(`mvn --batch-mode --quiet -DskipTests ${goals}`);
    expect(module.run).toBe(`java -jar ${jar}`);
  });

  it('brings the base image of a language that the tool has none of', async () => {
    const cargo = { 'api/Cargo.toml': '[package]\nname = "a"\n', 'api/src/main.rs': '' };
    const world = repository('FROM rust:1\nCMD ["a"]\n', cargo);
    const plan = await planMove({ project: undefined, service: 'api' }, world);
    if (!plan.ok) throw new Error(JSON.stringify(plan.failure));
    expect(applyInit(plan.value, world).ok).toBe(true);
    expect(world.files.exists('/p/base-images/rust/Dockerfile')).toBe(true);
  });
});

describe('dev init move', () => {
  const node = (scripts: Files): Files => ({ 'api/package.json': JSON.stringify({ scripts }) });

  it('runs the code’s own way where its program is only in the image', async () => {
    const text = 'FROM node:20\nRUN npm install -g nodemon@3\nCMD ["nodemon", "-x", "server.js"]\n';
    expect((await moved(text, node({ start: 'node server.js' }))).module.run).toBe('npm run start');
    const plain = text.replace('install -g', 'install');
    expect((await moved(plain, node({ start: 'node server.js' }))).module.run).toContain('nodemon');
  });

  it.each([
    ['uv run --frozen --package api uvicorn a:b --port 80', 'uvicorn a:b --port 80'],
    ['poetry run gunicorn a', 'gunicorn a'],
    ['uv version', 'uv version'],
  ])('runs %j in the environment that is installed already', async (command, run) => {
    const text = `FROM python:3.13\nCMD ${command}\n`;
    const plan = await moved(text, { 'api/requirements.txt': '' });
    expect(plan.module.run).toBe(`PATH="$PWD/.venv/bin:$PATH"; ${run}`);
  });

  it('says nothing of a port that a variable gives', async () => {
    const code = { ...node({}), 'api/server.js': 'listen(process.env.PORT || 4000)' };
    const text = 'FROM node:20\nCMD ["node", "server.js"]\n';
    expect((await moved(text, code)).notes.join()).toContain('listens on 4000');
    const told = await moved(`${text}ENV PORT=80\n`, code);
    expect(told.notes.join()).not.toContain('listens on');
  });

  it('shows how code that it does not know can be a module', async () => {
    const world = repository('FROM php:8-apache\nCMD ["apache2-foreground"]\n', {});
    const plan = await planMove({ project: undefined, service: 'api' }, world);
    expect(plan).toMatchObject({
      failure: [{ detail: ['  api:', '    image: { build: . }', '    run: apache2-foreground'] }],
    });
  });

  it.each([
    ['curl --silent --fail localhost:8000/up || exit 1', 'http://localhost:8000/up'],
    ['wget -qO- 127.0.0.1/up', 'http://localhost/up'],
    ['curl -f https://localhost:8443', 'https://localhost:8443/'],
  ])('asks for health what %j asks', async (test, url) => {
    const text = `FROM python:3.13\nHEALTHCHECK CMD ${test}\nCMD ["python", "x.py"]\n`;
    const files = { 'api/requirements.txt': '' };
    const plan = await moved(text, files);
    expect(plan.files.map((file) => file.text).join('\n')).toContain(`urlopen('${url}'`);
  });
});
