import { sha256 } from '../../util/sha256.ts';
import type { Failure } from '../../events/failure.ts';
import type { EngineChoice } from '../../ports/engine-choice.ts';
import type { Result } from '../../util/result.ts';
import { hostFiles } from '../files.ts';
import { chooseEngine } from './choose.ts';

/** The engine that this machine and this environment choose. */
export function hostEngineChoice(
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): Result<EngineChoice, Failure> {
  return chooseEngine({
    environment,
    home,
    read: (path) => {
      const text = hostFiles.read(path);
      return text.ok ? text.value : undefined;
    },
    list: (path) => hostFiles.list(path),
    folderOf: (context) => sha256(context),
  });
}
