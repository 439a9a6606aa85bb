import type { Engine } from '../../ports/engine.ts';
import type { EngineClient } from './client.ts';
import { call, listed, unless } from './failure.ts';
import { listFilters } from './filters.ts';
import { toImageDetail, toImages } from './translate-image.ts';

/** A tag begins after the last colon, which is not a port's. */
function splitTag(name: string): { readonly repository: string; readonly tag: string } {
  const [, repository = name, tag = 'latest'] = /^(.*):([^/:]+)$/.exec(name) ?? [];
  return { repository, tag };
}

/** An image without labels has null there; the client's types know nothing of it. */
const labelsOfImage = ({ Labels }: { Labels: Record<string, string> | null }) => Labels ?? {};

/** What is asked of images, and done to them. */
export function imageCalls({
  docker,
  asked,
  question,
  imageRemoval,
}: EngineClient): Pick<
  Engine,
  'images' | 'imageId' | 'image' | 'tagImage' | 'removeImage' | 'labelsOf'
> {
  return {
    images: (labels) =>
      question('list images', async () => {
        const images = await asked.listImages({ filters: listFilters(labels) });
        return toImages(listed(images));
      }),
    imageId: (reference) =>
      question('look for the image', async () => {
        const image = await asked.getImage(reference).inspect().catch(unless(404));
        return image?.Id;
      }),
    image: (reference) =>
      question('look for the image', async () => {
        const image = await asked.getImage(reference).inspect().catch(unless(404));
        return image === undefined ? undefined : toImageDetail(image);
      }),
    tagImage: (reference, name) =>
      call(`name the image ${name}`, async () => {
        const { repository, tag } = splitTag(name);
        await docker.getImage(reference).tag({ repo: repository, tag });
      }),
    removeImage: (reference, { force } = { force: false }) =>
      imageRemoval(`remove the image ${reference}`, async (engine) => {
        await engine.getImage(reference).remove({ force });
      }),
    labelsOf: (name) =>
      question('look for the container or the image', async () => {
        const container = await asked.getContainer(name).inspect().catch(unless(404));
        if (container !== undefined) return container.Config.Labels;
        const image = await asked.getImage(name).inspect().catch(unless(404));
        return image === undefined ? undefined : labelsOfImage(image.Config);
      }),
  };
}
