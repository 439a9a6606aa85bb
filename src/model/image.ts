import { imageFamily } from './image-version.ts';

/** A base image of the hierarchy: a folder with a Dockerfile, the project's or the tool's. */
export interface BaseImage {
  readonly name: string;
  /** Absolute folder of its Dockerfile and build context. */
  readonly directory: string;
  readonly origin: 'project' | 'tool';
  /** The base image that its last stage is built FROM; undefined for a root of the hierarchy. */
  readonly parent: string | undefined;
  /** Every base image that it needs: FROM of any stage and `COPY --from`. Sorted. */
  readonly uses: readonly string[];
  /** Images from outside the hierarchy that it needs: `debian:trixie-slim` for the root. Sorted. */
  readonly externals: readonly string[];
  /** Of a module's own Dockerfile; undefined for a folder of `base-images`. */
  readonly own?: OwnImageBuild;
}

/** How an image is built that is no folder of `base-images`. */
export interface OwnImageBuild {
  /** Absolute path of its Dockerfile. */
  readonly dockerfile: string;
  readonly target: string | undefined;
  readonly args: Readonly<Record<string, string>>;
  /** Text of the `.dockerignore` that holds. */
  readonly ignore: string;
  /** Its Dockerfile, and files of its context that this names one by one: absolute. */
  readonly named: readonly string[];
  /** Line, from 1, of the first instruction that takes all of its context; undefined: none does. */
  readonly wholeAtLine: number | undefined;
  /** Variables that its Dockerfile sets. */
  readonly sets: readonly string[];
  /** The base image of the same language, by the official image that it begins with. */
  readonly language: string | undefined;
}

/** What is asked of images to know of which language they are. */
export type ImageLineage = ReadonlyMap<string, Pick<BaseImage, 'parent' | 'own'>>;

/** Names that tell the language of an image: its own, and of what it is built on, nearest first. */
export function languageNames(image: string, images: ImageLineage): readonly string[] {
  const names: string[] = [];
  for (let name: string | undefined = image; name !== undefined; name = images.get(name)?.parent) {
    if (names.includes(name)) break;
    const language = images.get(name)?.own?.language;
    names.push(name, ...(language === undefined ? [] : [language]));
  }
  return names.map(imageFamily);
}
