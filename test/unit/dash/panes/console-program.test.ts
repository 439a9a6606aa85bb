import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { consoleProgram } from '../../../../src/dash/panes/console-program.ts';

function script(service: string, image: string, environment: readonly string[] = []): string {
  const exposedPorts = environment.length === 0 ? [] : [3306];
  const program = consoleProgram(service, image, { environment, exposedPorts });
  if (!program.ok) throw new Error(program.failure.what);
  return program.value.argv.at(-1) ?? '';
}

describe('the console of a database', () => {
  it('is found by image, by name, and by what the container is told', () => {
    expect(script('db', 'onestack/postgres:0123')).toContain('exec psql');
    expect(script('db', 'registry.example/timescale/timescaledb:2')).toContain('exec psql');
    expect(script('redis', 'company/cache:1')).toContain('exec redis-cli');
    expect(script('db', 'company/db:1', ['MYSQL_DATABASE=shop'])).toContain('exec mysql');
    expect(script('db', 'mongo:7')).toContain('exec mongosh');
  });

  it('is refused for what is none, with what to do instead', () => {
    const refused = consoleProgram('api', 'onestack/node:0123', {
      environment: ['POSTGRES_HOST=db'],
      exposedPorts: [3000],
    });
    expect(refused).toMatchObject({
      ok: false,
      failure: { what: expect.stringContaining('api') as string },
    });
  });

  it('of MongoDB signs in with what the container holds', () => {
    const source = /--eval '([^']*)'/.exec(script('db', 'mongo:7'))?.[1] ?? '';
    const signedIn = (env: Readonly<Record<string, string>>): unknown => {
      let as: unknown;
      const auth = (user: string, password: string): void => {
        as = { user, password };
      };
      runInNewContext(source, {
        process: { env },
        require: () => ({ readFileSync: (path: string) => `contents of ${path}\n` }),
        db: { getSiblingDB: (name: string) => (name === 'admin' ? { auth } : undefined) },
      });
      return as;
    };
    expect(signedIn({})).toBeUndefined();
    const user = { MONGO_INITDB_ROOT_USERNAME: 'root' };
    expect(signedIn({ ...user, MONGO_INITDB_ROOT_PASSWORD: 'x' })).toEqual({
      user: 'root',
      password: 'x',
    });
    expect(signedIn({ ...user, MONGO_INITDB_ROOT_PASSWORD_FILE: '/run/secrets/password' })).toEqual(
      { user: 'root', password: 'contents of /run/secrets/password' },
    );
  });
});
