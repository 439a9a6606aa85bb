import type { Engine } from '../../ports/engine.ts';
import type { EngineClient } from './client.ts';
import { call, listed, unless } from './failure.ts';
import { listFilters } from './filters.ts';
import { toImageDetail, toImages } from './translate.ts';

/** What is asked of images, and done to them. */
export function imageCalls({
  docker,
  asked,
  question,
}: EngineClient): Pick<Engine, 'images' | 'imageId' | 'image' | 'removeImage'> {
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
    removeImage: (reference) =>
      call(`remove the image ${reference}`, async () => {
        await docker.getImage(reference).remove();
      }),
  };
}
