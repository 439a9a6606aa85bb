import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { rigForTest, type Rig } from '../support/rig.ts';

type Files = Readonly<Record<string, string>>;

/** Repositories as people have them; nothing of them is run, Compose judges what would be. */
const REPOSITORIES: Readonly<Record<string, { readonly files: Files; readonly args?: string[] }>> =
  {
    'node, redis and nginx with an override': {
      files: {
        'compose.yaml': `
services:
  redis: { image: 'redislabs/redismod', ports: ['6379:6379'] }
  web:
    restart: on-failure
    build: ./web
    hostname: web
    ports: ['81:5000', '5001-5003:5001-5003/udp']
    depends_on: [redis]
  nginx:
    build: { context: ./nginx, args: { VERSION: '\${VERSION:-1}' } }
    ports: ['80:80']
    depends_on: { web: { condition: service_started } }
`,
        'compose.override.yml': `
services:
  web: { environment: [DEBUG=1, TOKEN], volumes: ['./web:/usr/src/app', '/usr/src/app/node_modules'] }
`,
        '.env': 'VERSION=2\nTOKEN=from-file\n',
      },
    },
    'flask and mysql with secrets, health and a project name': {
      files: {
        'docker-compose.yml': `
name: flask-\${STAGE}
services:
  db:
    image: mariadb:10-focal
    command: '--default-authentication-plugin=mysql_native_password'
    restart: always
    healthcheck: { test: ['CMD-SHELL', 'mysqladmin ping --password="$$(cat /run/secrets/db-password)" --silent'], interval: 3s, retries: 5, start_period: 30s }
    secrets: [db-password]
    volumes: ['db-data:/var/lib/mysql']
    networks: [backnet]
    expose: [3306, 33060]
  backend:
    build: { context: backend, target: builder }
    restart: always
    secrets: [db-password]
    ports: ['8000:8000']
    networks: [backnet, frontnet]
    depends_on: { db: { condition: service_healthy } }
volumes: { db-data: }
secrets: { db-password: { file: db/password.txt } }
networks: { backnet: , frontnet: }
`,
        '.env': 'STAGE=Dev\n',
        'db/password.txt': 'x\n',
      },
    },
    'profiles, env_file, include, extends, named networks and configs': {
      args: ['--profile', 'ops'],
      files: {
        'docker-compose.yaml': `
include: [{ path: [infra/compose.yaml, infra/over.yaml], env_file: infra/local.env }]
services:
  api:
    extends: { file: common/base.yml, service: base }
    env_file: [common.env, { path: gone.env, required: false }]
    environment: { NAME: '\${COMPOSE_PROJECT_NAME}' }
    configs: [{ source: app, target: /etc/app.conf, mode: 0440 }]
    networks: { back: { aliases: [backend] } }
    deploy: { replicas: 2, resources: { limits: { memory: 64m } } }
  admin: { image: busybox, profiles: [ops], depends_on: [api] }
  never: { image: busybox, profiles: [other] }
configs: { app: { content: "a=\${MODE}" } }
networks: { back: { name: company-back, driver_opts: { com.docker.network.bridge.name: br-x } } }
volumes: { cache: { name: shared-cache } }
`,
        '.env': 'MODE=dev\nCOMPOSE_PROJECT_NAME=from-env\n',
        'common.env': 'A=1\nB=two words\n',
        'common/base.yml': `
services:
  base: { image: 'alpine:\${MODE}', volumes: ['./data:/data', 'cache:/cache'], working_dir: /srv }
`,
        'infra/compose.yaml':
          'services: { queue: { image: "rabbitmq:${RABBIT}", volumes: ["./conf:/conf:ro"] } }\n',
        'infra/over.yaml': 'services: { queue: { labels: { team: infra } } }\n',
        'infra/local.env': 'RABBIT=4\n',
      },
    },
    'COMPOSE_FILE with a separator, a folder of its own, and profiles from .env': {
      files: {
        '.env':
          'COMPOSE_FILE=deploy/base.yml,deploy/local.yml\nCOMPOSE_PATH_SEPARATOR=,\nCOMPOSE_PROFILES=a, b\nX=1\n',
        'deploy/.env': 'X=2\nY=2\n',
        'deploy/base.yml':
          'services: { one: { image: "i:${X}${Y}", profiles: [a], volumes: ["./d:/d"] }, two: { image: j, profiles: [c] } }\n',
        'deploy/local.yml': 'services: { one: { build: ., tmpfs: /tmp } }\n',
      },
    },
  };

/** What the tool changes on purpose; docs/compose-projects.md has the list. */
const DIFFERENCES = [
  'compose.ports=as-written',
  'compose.health=as-written',
  'compose.container_names=as-written',
];

type Labelled = Record<string, { labels?: Record<string, string> }>;

interface Document {
  readonly services: Labelled;
  readonly networks?: Labelled;
  readonly volumes?: Labelled;
  readonly 'x-onestack-may-end'?: string;
}

async function composed(rig: Rig, args: readonly string[]): Promise<Document> {
  const result = await rig.run(['docker', 'compose', ...args, 'config']);
  expect(result.status, result.stderr).toBe(0);
  return parse(result.stdout) as Document;
}

describe('docker compose config', () => {
  it.each(Object.entries(REPOSITORIES))('judges: %s', async (_name, { files, args = [] }) => {
    const rig = rigForTest({ files });
    for (const setting of DIFFERENCES) {
      expect((await rig.dev(['settings', setting])).status).toBe(0);
    }
    const before = await composed(rig, args);
    const ours = await rig.dev(['config', ...args]);
    expect(ours.status, ours.stderr).toBe(0);
    // As `dev up` writes it, read by Compose from where it lies.
    rig.write('.dev/compose.yaml', ours.stdout);
    // Its own bookkeeping: Compose passes over what begins with x-, and shows it.
    const { 'x-onestack-may-end': mayEnd, ...after } = await composed(rig, [
      '-f',
      '.dev/compose.yaml',
    ]);
    const named = new Set((mayEnd ?? '').split(' ').filter((name) => name !== ''));
    expect(Object.keys(after.services).filter((name) => named.has(name))).toHaveLength(named.size);
    const labelled = [after.services, after.networks ?? {}, after.volumes ?? {}];
    for (const one of labelled.flatMap((all) => Object.values(all))) {
      const labels = Object.entries(one.labels ?? {});
      const own = labels.filter(([label]) => !label.startsWith('dev.onestack.'));
      if (own.length > 0) one.labels = Object.fromEntries(own);
      else delete one.labels;
    }
    expect(withoutProfiles(after)).toEqual(withoutProfiles(before));
  });
});

/** Our file names the services that run, and needs no profiles to say so. */
function withoutProfiles({ services, ...rest }: Document): Document {
  const entries = Object.entries(services).map(([name, service]) => {
    const own = Object.entries(service).filter(([key]) => key !== 'profiles');
    return [name, Object.fromEntries(own)] as const;
  });
  return { ...rest, services: Object.fromEntries(entries) };
}
