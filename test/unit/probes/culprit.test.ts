import { describe, expect, it } from 'vitest';
import type { ProbeStageDefinition } from '../../../src/model/probe.ts';
import { callersOf, findCulprits } from '../../../src/probes/culprit.ts';

function stage(name: string, url = `http://${name}/`, after?: string): ProbeStageDefinition {
  const request = { url, method: 'GET', headers: {}, expect: { status: [] }, timeoutMs: 1 };
  return { name, service: name, ...request, ...(after !== undefined && { after }) };
}

const STAGES = [
  stage('proxy'),
  stage('api'),
  stage('pricing'),
  stage('db', 'postgres', 'api'),
  stage('cache', 'redis', 'api'),
];
const blame = (...failed: string[]) => findCulprits(STAGES, new Set(failed));

describe('who calls whom', () => {
  it('is the order of the list, unless it is said', () => {
    expect([...callersOf(STAGES)]).toEqual([
      ['api', 'proxy'],
      ['pricing', 'api'],
      ['db', 'api'],
      ['cache', 'api'],
    ]);
  });

  it('takes databases as the end of a way', () => {
    const callers = callersOf([stage('api'), stage('db', 'postgres'), stage('cache', 'redis://c')]);
    expect([...callers]).toEqual([
      ['db', 'api'],
      ['cache', 'api'],
    ]);
  });
});

describe('to blame is', () => {
  it('nobody when all is well', () => {
    expect(blame().culprits).toEqual([]);
  });

  it('the innermost that fails; those in front fail because of it', () => {
    const { culprits, because } = blame('proxy', 'api', 'db');
    expect(culprits).toEqual(['db']);
    expect([...because]).toEqual([
      ['api', 'db'],
      ['proxy', 'db'],
    ]);
  });

  it('the one in front when all behind it works', () => {
    expect(blame('proxy').culprits).toEqual(['proxy']);
    expect(blame('proxy', 'api').culprits).toEqual(['api']);
  });

  it('each of several that fail by themselves', () => {
    expect(blame('proxy', 'api', 'pricing', 'cache').culprits).toEqual(['pricing', 'cache']);
  });

  it('found even when stages are said to call each other in a circle', () => {
    const circle = [stage('a', 'http://a', 'b'), stage('b', 'http://b', 'a')];
    expect(findCulprits(circle, new Set(['a'])).culprits).toEqual(['a']);
  });
});
