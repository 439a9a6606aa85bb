import { describe, expect, it } from 'vitest';
import { capabilityNames } from '../../../src/parity/capabilities.ts';
import { compareFacts, faultsOf, type ParitySubject } from '../../../src/parity/compare.ts';
import { layerFacts, parseFacts, type Facts } from '../../../src/parity/facts.ts';
import { productionReasons, projectReasons, REASONS } from '../../../src/parity/reasons.ts';
import { parityText } from '../../../src/views/parity-text.ts';
import { aModule } from '../../support/modules.ts';

const hash = (value: string): string => `hash of ${String(value.length)}`;

const parsed = (text: string, module = true): Facts =>
  parseFacts(text, { module, person: false, hash });

function compared(dev: string, other: string, changes: Partial<ParitySubject> = {}) {
  const subject: ParitySubject = {
    ...{ service: 'api', role: 'module' as const },
    ...{ dev: parsed(dev), other: parsed(other), ...changes },
  };
  return compareFacts(subject, REASONS);
}

const faults = (dev: string, other: string, changes: Partial<ParitySubject> = {}) =>
  faultsOf([compared(dev, other, changes)]).map(({ category, name }) => `${category} ${name}`);

describe('facts', () => {
  it('tell no secret, only whether it is the same', () => {
    const lines = [
      'environment\tDB_PASSWORD\thunter2',
      'environment\tSTRIPE_KEY\tsk_live',
      'environment\tURL\tredis://:hunter2@cache',
      'environment\tPORT\t3000',
    ].join('\n');
    expect(JSON.stringify([...(parsed(lines).get('environment') ?? [])])).toBe(
      JSON.stringify([
        ['DB_PASSWORD', '(not shown, hash of 7)'],
        ['STRIPE_KEY', '(not shown, hash of 7)'],
        ['URL', '(not shown, hash of 22)'],
        ['PORT', '3000'],
      ]),
    );
    expect(faults('environment\tA_TOKEN\tone', 'environment\tA_TOKEN\tthree')).toEqual([
      'environment A_TOKEN',
    ]);
  });

  it('do not tell where a module’s code lies, nor what starts its command', () => {
    const dev = [
      'process\tworking directory\t/workspace/api',
      'process\tfirst process\t/usr/bin/tini -g -- sh /etc/onestack/run-module node dist/main.js',
      'environment\tDATA\t/workspace/api/data:/workspace',
    ].join('\n');
    const prod = [
      'process\tworking directory\t/app/api',
      'process\tfirst process\t/usr/bin/tini -g -- sh -c node dist/main.js',
      'environment\tDATA\t/app/api/data:/app',
    ].join('\n');
    expect(compared(dev, prod)).toMatchObject({ differences: [] });
    expect(faults(dev, prod.replace('dist/main.js', 'dist/other.js'))).toEqual([
      'process first process',
    ]);
    // Of a service that is no module nothing is taken to be the same.
    expect(
      faultsOf([
        compareFacts(
          { service: 'db', role: 'service', dev: parsed(dev, false), other: parsed(prod, false) },
          REASONS,
        ),
      ]),
    ).toHaveLength(3);
  });

  it('name capabilities by the bits of the mask', () => {
    expect(capabilityNames('0000000000000000')).toEqual([]);
    expect(capabilityNames('0000000000002421')).toEqual([
      'CHOWN',
      'KILL',
      'NET_BIND_SERVICE',
      'NET_RAW',
    ]);
    expect(capabilityNames('000001ffffffffff')).toHaveLength(41);
    expect(capabilityNames('not a mask')).toEqual([]);
  });

  it('compare layers: a module’s are upon development’s, any other service’s are the same', () => {
    const layers = (role: 'module' | 'service', ...other: readonly string[]) =>
      layerFacts(role, ['a', 'b'], other).map((facts) => facts.get('image')?.get('layers'));
    expect(layers('module', 'a', 'b', 'c')).toEqual(['2 in common', '2 in common']);
    expect(layers('service', 'a', 'b')).toEqual(['2 in common', '2 in common']);
    expect(layers('service', 'a', 'b', 'c')).toEqual(['2 in common', '2 in common, 1 of its own']);
    expect(layers('module', 'a', 'x')).toEqual(['2 in common', '1 in common, 1 of its own']);
    expect(new Set(layers('module', 'a')).size).toBe(2);
    expect(new Set(layers('module')).size).toBe(2);
  });

  it('tell the person at the keyboard from anybody, root too', () => {
    const root = 'user\tname\troot\nuser\tuid\t0';
    const dev = parseFacts(root, { module: true, person: true, hash });
    expect(faults('', root, { dev })).toEqual(['user name', 'user uid']);
    expect(faults('', 'user\tname\tapp\nuser\tuid\t10001', { dev })).toEqual([]);
  });
});

describe('reasons', () => {
  it('are for what the product does, in modules, and for nothing beside it', () => {
    expect(faults('mount\t/workspace\text4', '')).toEqual([]);
    expect(faults('', 'mount\t/workspace\text4')).toEqual(['mount /workspace']);
    expect(faults('mount\t/workspacer\text4', '')).toEqual(['mount /workspacer']);
    expect(faults('mount\t/workspace\text4', '', { role: 'service' })).toEqual([
      'mount /workspace',
    ]);
    expect(faults('user\tname\tann', 'user\tname\tapp')).toEqual([]);
    expect(faults('user\tname\tann', 'user\tname\troot')).toEqual(['user name']);
    expect(faults('environment\tONESTACK_PROFILE\tx', '')).toEqual([
      'environment ONESTACK_PROFILE',
    ]);
    const runs = new Map([['service', new Map([['runs', 'yes']])]]);
    const library = { role: 'library' as const, dev: runs, other: new Map() };
    expect(faults('', '', library)).toEqual([]);
    expect(faults('', '', { ...library, role: 'module' })).toEqual(['service runs']);
  });

  it('are for what an image runs on purpose, and for sources that are not mounted over its code', () => {
    const first = {
      category: 'process',
      name: 'first process',
      dev: 'npm run dev',
      other: 'node x',
    };
    const reasons = productionReasons([
      aModule('api', { production: 'node x', bundle: 'make', artifact: ['dist', '.next'] }),
      aModule('web', { artifact: ['dist'] }),
    ]);
    const why = (service: string) =>
      compareFacts(
        {
          ...{ service, role: 'module' as const },
          dev: new Map([[first.category, new Map([[first.name, first.dev]])]]),
          other: new Map([[first.category, new Map([[first.name, first.other]])]]),
        },
        reasons,
      ).differences[0]?.why;
    expect(why('api')).toBe('production: of dev.yaml is what its image runs');
    expect(why('web')).toBeUndefined();
    const made = (service: string, name: string) =>
      compareFacts(
        {
          ...{ service, role: 'module' as const },
          dev: new Map(),
          other: new Map([['file', new Map([[name, 'file']])]]),
        },
        reasons,
      ).differences[0]?.why;
    expect(made('api', '.next/server/a.js')).toBe(
      'bundle: of dev.yaml makes it for its image alone',
    );
    expect([made('api', 'other'), made('api', 'distant'), made('web', 'dist')]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
    expect(faults('mount\t/app/web\text4', '')).toEqual([]);
    expect(faults('', 'mount\t/app/web\text4')).toEqual(['mount /app/web']);
  });

  it('of a project are for the names and the services that it says', () => {
    const own = projectReasons([
      { category: 'environment', name: 'LOG_*', service: 'api', why: 'talks' },
      { category: 'limit', name: 'a.b', service: undefined, why: 'small' },
    ]);
    const reason = (service: string, category: string, name: string) =>
      compareFacts(
        {
          service,
          role: 'module',
          dev: new Map([[category, new Map([[name, '1']])]]),
          other: new Map(),
        },
        own,
      ).differences[0]?.why;
    expect(reason('api', 'environment', 'LOG_LEVEL')).toBe('talks');
    expect(reason('web', 'environment', 'LOG_LEVEL')).toBeUndefined();
    expect(reason('api', 'environment', 'NO_LOG_LEVEL')).toBeUndefined();
    expect(reason('web', 'limit', 'a.b')).toBe('small');
    expect(reason('web', 'limit', 'axb')).toBeUndefined();
  });
});

describe('the text of a comparison', () => {
  it('puts what is wrong first, and says how to go on', () => {
    const dev = 'limit\tmemory\tmax\nmount\t/workspace\text4\ncapability\tx\t3\nsystem\tID\tdebian';
    const other = 'limit\tmemory\t67108864\nsystem\tID\tdebian';
    expect(parityText({ other: 'prod', services: [compared(dev, other)] }, false))
      .toMatchInlineSnapshot(`
      "✗ api  1 equal, 1 differ for a reason, 3 differ without one
          ✗ limit memory: dev max, prod 67108864
          ✗ capability CHOWN, DAC_OVERRIDE: dev allowed, prod absent
          · mount /workspace: development mounts the repository; production has the artifact in its image

      3 differences between dev and prod without a reason
      Mend it where it comes from (dev config --explain tells), or say why in dev.yaml:
        parity: [{ differs: limit memory, service: api, why: … }]
      "
    `);
  });
});
