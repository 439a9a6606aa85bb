export interface PathLooksParts {
  /** What a look at a path has to wait for. */
  readonly ready: (path: string) => Promise<unknown> | undefined;
  readonly look: (path: string) => Promise<void>;
  readonly isClosed: () => boolean;
}

/** Looks at paths, at each once at a time; again, when more is told of it meanwhile. */
export function createPathLooks({ ready, look, isClosed }: PathLooksParts): (path: string) => void {
  const looking = new Map<string, 'once' | 'again'>();

  async function lookUntilCalm(path: string): Promise<void> {
    do {
      await ready(path);
      looking.set(path, 'once');
      await look(path);
    } while (looking.get(path) === 'again' && !isClosed());
    looking.delete(path);
  }

  return (path) => {
    const runs = looking.has(path);
    looking.set(path, runs ? 'again' : 'once');
    if (!runs) void lookUntilCalm(path);
  };
}
