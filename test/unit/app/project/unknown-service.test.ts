import { expect, it } from 'vitest';
import { notUp } from '../../../../src/app/project/unknown-service.ts';

it('a name that is nearly one that is up was meant as that', () => {
  expect(notUp('apii', ['web', 'api'])).toMatchObject({
    ...{ what: 'there is no service apii', cure: 'Did you mean "api"?' },
  });
});

it('any other may be of the definition, with its profile off: how it comes up is told', () => {
  expect(notUp('mailer', ['web', 'api'])).toMatchObject({
    what: 'no service mailer is up',
    cure: 'dev up mailer   where the definition has it. Up are: api, web',
  });
});

it('where nothing is up, that is told', () => {
  expect(notUp('api', [])).toMatchObject({ why: 'nothing runs', cure: 'dev up' });
});
