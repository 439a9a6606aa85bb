import { BASE_VERSIONS, imageFamily } from '../model/image-version.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import type { DefinitionProblems } from './problems.ts';
import type { YamlPath } from './yaml-source.ts';

/** That there is such a base image; one in a version has to be one that is had in versions. */
export function checkImage(
  image: string,
  { owner, at }: { readonly owner: string; readonly at: YamlPath },
  { imageNames }: { readonly imageNames: readonly string[] | undefined },
  problems: DefinitionProblems,
): void {
  const family = imageFamily(image);
  if (family.includes('@')) {
    problems.at(at, {
      what: `"${image}" names no version`,
      why: `${owner} wants it; a version is digits with dots between them`,
      cure: 'image: node@24, python@3.11',
    });
  } else if (imageNames !== undefined && !imageNames.includes(family)) {
    problems.at(at, {
      what: `there is no base image "${family}"`,
      why: `${owner} wants it; an image is a folder base-images/${family} with a Dockerfile`,
      cure: didYouMean(family, imageNames, 'There are'),
    });
  } else if (family !== image && BASE_VERSIONS[family] === undefined) {
    problems.at(at, {
      what: `the base image ${family} cannot be had in versions`,
      why: `${owner} wants ${image}`,
      cure: `Those of ${Object.keys(BASE_VERSIONS).join(', ')} can: node@24`,
    });
  }
}
