import { describe, expect, it } from 'vitest';
import {
  type RemedyStep,
  stepArgv,
  remedyStepText,
  writeFileStep,
} from '../../../src/host/steps.ts';

const START: RemedyStep = {
  label: 'start the engine',
  argv: ['start', '--log', '/var/log/my engine.log'],
  asRoot: true,
  keepVariables: ['HTTPS_PROXY'],
  environment: { http_proxy: 'http://ann:secret@proxy.example' },
};

describe('the argument array of a step', () => {
  it('is the step itself for root', () => {
    expect(stepArgv(START, 'root')).toEqual(START.argv);
  });

  it('goes through sudo without a question, variables by their names only', () => {
    expect(stepArgv(START, 'sudo')).toEqual([
      'sudo',
      '-n',
      '--preserve-env=HTTPS_PROXY,http_proxy',
      '--',
      ...START.argv,
    ]);
  });

  it('needs no sudo for what the person may do', () => {
    expect(stepArgv({ ...START, asRoot: false }, 'sudo')).toEqual(START.argv);
  });
});

describe('the text of a step', () => {
  it('can be pasted into a shell, and holds no secret', () => {
    expect(remedyStepText(START, 'sudo')).toEqual(["sudo start --log '/var/log/my engine.log'"]);
  });

  it("shows a file's contents", () => {
    expect(remedyStepText(writeFileStep('write', '/etc/x', 'a: 1\nb: 2\n'), 'root')).toEqual([
      "tee /etc/x <<'END'",
      'a: 1',
      'b: 2',
      'END',
    ]);
  });
});
