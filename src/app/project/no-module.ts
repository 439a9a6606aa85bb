import type { Failure } from '../../events/failure.ts';
import type { Module } from '../../model/module.ts';
import { didYouMean } from '../../util/did-you-mean.ts';

/** What somebody named is none of the modules. Where there are none at all, how a service becomes one. */
export function noModule(
  wanted: string,
  modules: readonly Pick<Module, 'name'>[],
  noun = 'Modules',
): Failure {
  const names = modules.map(({ name }) => name);
  if (names.length > 0) {
    const cure = didYouMean(wanted, names, noun);
    return { reason: 'usage', what: `there is no module ${wanted}`, cure };
  }
  return {
    reason: 'usage',
    what: wanted === '' ? 'this project has no modules' : `there is no module ${wanted}`,
    why: 'services of a Compose file run as they are; a module is what dev compiles, checks and debugs',
    cure: `dev init move ${wanted === '' ? 'SERVICE' : wanted} makes a module of a service; without a dev.yaml, dev init first`,
  };
}
