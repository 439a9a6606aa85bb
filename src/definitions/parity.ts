import { PARITY_CATEGORIES, type ParityReason } from '../model/parity.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import type { DefinitionProblems } from './problems.ts';
import type { RawParity } from './project-schema.ts';
import { reportService, type KnownNames } from './windows.ts';

/** The reasons of a schema-valid `dev.yaml`; a kind or a service that there is not is told. */
export function parityOf(
  raw: readonly RawParity[],
  known: KnownNames,
  problems: DefinitionProblems,
): readonly ParityReason[] {
  return raw.flatMap(({ differs, service, why }, index): readonly ParityReason[] => {
    const at = ['parity', index];
    if (service !== undefined) reportService(service, [...at, 'service'], known, problems);
    const category = PARITY_CATEGORIES.find((one) => differs.startsWith(`${one} `));
    if (category !== undefined) {
      return [{ category, name: differs.slice(category.length).trim(), service, why }];
    }
    const [word = ''] = differs.split(' ');
    problems.at([...at, 'differs'], {
      what: `"${differs}" does not say what differs`,
      why: 'it is a kind and a name, as dev parity prints them: environment LOG_LEVEL',
      cure: didYouMean(word, PARITY_CATEGORIES, 'Kinds are'),
    });
    return [];
  });
}
