import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';

/** A manifest of a registry, as its exact bytes. */
export interface RegistryManifest {
  readonly mediaType: string;
  /** `sha256:…` of the text. */
  readonly digest: string;
  readonly text: string;
}

/** Content of a registry, named by what it is. */
export interface RegistryBlob {
  readonly digest: string;
  readonly size: number;
}

type Answer<T> = Promise<Result<T, Failure>>;

/** One registry, with the login that `docker login` has left. */
export interface Registry {
  /** What a tag or digest stands for; undefined where there is nothing. Fails when its bytes have another digest. */
  manifest(repository: string, reference: string): Answer<RegistryManifest | undefined>;
  /** Writes a manifest under a tag; all that it names has to be there. */
  put(repository: string, tag: string, manifest: RegistryManifest): Answer<void>;
  /** Content of another repository of the registry becomes this one's, without its bytes. */
  mount(repository: string, digest: string, from: string): Answer<void>;
  /** Whether it would take content now; nothing is left there. */
  takes(repository: string): Answer<void>;
  upload(repository: string, text: string): Answer<RegistryBlob>;
  /** Small content as text; undefined where there is none. Fails when its bytes have another digest. */
  read(repository: string, digest: string): Answer<string | undefined>;
  /** Whether content of any size is there; its bytes are looked at, and fail when they have another digest. */
  holds(repository: string, digest: string): Answer<boolean>;
}
