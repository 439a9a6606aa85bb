import { parseDockerfile } from '../images/dockerfile.ts';
import { stageValues } from './dockerfile-variables.ts';

/** Each command of each RUN of a Dockerfile, of all its stages, with arguments of the build put in. */
export function runCommands(text: string, args: ReadonlyMap<string, string>): readonly string[] {
  return parseDockerfile(text, args).stages.flatMap((stage) =>
    stageValues(text, [stage], args)
      .instructions.filter(({ keyword }) => keyword === 'RUN')
      .flatMap(({ value }) => value.replace(/^(?:--\S+\s+)*/, '').split(/\s*(?:&&|;|\n)\s*/))
      .map((command) => command.trim().replaceAll(/\s+/g, ' ')),
  );
}
