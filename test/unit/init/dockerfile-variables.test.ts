import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/images/dockerfile.ts';
import { imageStages } from '../../../src/images/image-stages.ts';
import { stageValues } from '../../../src/init/dockerfile-variables.ts';

function values(text: string, given: Readonly<Record<string, string>> = {}, target?: string) {
  const args = new Map(Object.entries(given));
  const chain = imageStages(parseDockerfile(text, args).stages, target);
  const { environment, instructions } = stageValues(text, chain, args);
  const rest = instructions.filter(({ keyword }) => ['EXPOSE', 'USER'].includes(keyword));
  return {
    ...Object.fromEntries(environment),
    ...Object.fromEntries(rest.map(({ keyword, value }) => [keyword, value])),
  };
}

describe('the variables of an image', () => {
  it.each([
    ['of an argument with a default', 'ARG PORT=80\nENV PORT $PORT\nEXPOSE $PORT 9229', {}],
    [
      'of one that the build gives',
      'ARG PORT=1\nENV PORT=${PORT}\nEXPOSE ${PORT} 9229',
      { PORT: '80' },
    ],
    ['of another variable', 'ENV P=80\nENV PORT="$P"\nEXPOSE $PORT 9229', {}],
    ['of a default in the use', 'ENV PORT=${NOBODY:-80}\nEXPOSE ${PORT:+$PORT} 9229', {}],
  ])('%s', (_what, lines, given) => {
    expect(values(`FROM a\n${lines}\n`, given)).toMatchObject({ PORT: '80', EXPOSE: '80 9229' });
  });

  it('leaves what the base image sets, what is escaped, and what stands in single quotes', () => {
    const text = 'FROM a\nENV PATH=/x:$PATH A=\'$HOME\' B=\\$HOME C="a \\"$PATH"\n';
    expect(values(text)).toEqual({ PATH: '/x:$PATH', A: '$HOME', B: '$HOME', C: 'a "$PATH' });
  });

  it('takes an argument from above the stages where a stage names it, and for that stage alone', () => {
    const text = `ARG V=1
FROM a AS one
ARG V
ENV SEEN=$V
FROM one AS two
ENV AGAIN=$V KEPT=$SEEN
USER u$SEEN
`;
    expect(values(text, {}, 'two')).toEqual({ SEEN: '1', AGAIN: '$V', KEPT: '1', USER: 'u1' });
    expect(values(text, { V: '2' }, 'one')).toEqual({ SEEN: '2' });
  });
});
