import { ABSENT, list, sorted, ownEnv, SECOND, type Key } from './key.ts';

export const PROCESS: readonly Key[] = [
  {
    name: 'command',
    cases: [
      ['sleep infinity', ['sleep', 'infinity']],
      [
        ['sleep', '100000'],
        ['sleep', '100000'],
      ],
      ['sh -c "sleep infinity; echo $$HOME"', ['sh', '-c', 'sleep infinity; echo $HOME']],
    ],
    says: ({ Config }) => Config.Cmd,
  },
  {
    name: 'entrypoint',
    cases: [
      [ABSENT, []],
      ['env OWN=1', ['env', 'OWN=1']],
      [
        ['nice', '-n', '1'],
        ['nice', '-n', '1'],
      ],
    ],
    says: ({ Config }) => list(Config.Entrypoint),
  },
  {
    name: 'environment',
    cases: [
      [ABSENT, []],
      [{ OWN_COLOUR: 'red' }, ['OWN_COLOUR=red']],
      [
        { OWN_COLOUR: 'blue', OWN_SIZE: 1, OWN_EMPTY: '' },
        ['OWN_COLOUR=blue', 'OWN_EMPTY=', 'OWN_SIZE=1'],
      ],
      [
        ['OWN_COLOUR=a=b', 'OWN_QUOTED="x"'],
        ['OWN_COLOUR=a=b', 'OWN_QUOTED="x"'],
      ],
      [{ OWN_MONEY: '1$$2', OWN_UNSET: null }, ['OWN_MONEY=1$2']],
    ],
    says: ownEnv,
    excludes: ['env_file'],
  },
  {
    name: 'env_file',
    cases: [
      [ABSENT, []],
      ['one.env', ['OWN_FILE=%ONE%']],
      [['one.env', { path: 'none.env', required: false }], ['OWN_FILE=%ONE%']],
      [
        ['one.env', 'two.env'],
        ['OWN_FILE=two', 'OWN_MORE=x y'],
      ],
      [
        ['two.env', 'one.env'],
        ['OWN_FILE=%ONE%', 'OWN_MORE=x y'],
      ],
    ],
    says: ownEnv,
    excludes: ['environment'],
  },
  {
    name: 'user',
    cases: [
      [ABSENT, ''],
      ['1000', '1000'],
      ['nobody', 'nobody'],
      ['1000:1000', '1000:1000'],
    ],
    says: ({ Config }) => Config.User,
  },
  {
    name: 'working_dir',
    cases: [
      [ABSENT, ''],
      ['/tmp', '/tmp'],
      ['/made/here', '/made/here'],
    ],
    says: ({ Config }) => Config.WorkingDir,
  },
  {
    name: 'group_add',
    cases: [
      [ABSENT, []],
      [['video'], ['video']],
      [
        [1234, 'audio'],
        ['1234', 'audio'],
      ],
    ],
    says: ({ HostConfig }) => sorted(HostConfig.GroupAdd),
  },
  {
    name: 'init',
    cases: [
      [true, true],
      [false, false],
    ],
    says: ({ HostConfig }) => HostConfig.Init === true,
  },
  {
    name: 'tty',
    cases: [
      [ABSENT, false],
      [true, true],
    ],
    says: ({ Config }) => Config.Tty,
  },
  {
    name: 'stdin_open',
    cases: [
      [ABSENT, false],
      [true, true],
    ],
    says: ({ Config }) => Config.OpenStdin,
  },
  {
    name: 'stop_signal',
    cases: [
      [ABSENT, ''],
      ['SIGKILL', 'SIGKILL'],
      ['SIGINT', 'SIGINT'],
    ],
    says: ({ Config }) => Config.StopSignal ?? '',
  },
  {
    name: 'stop_grace_period',
    cases: [
      ['0s', 0],
      ['1s', 1],
    ],
    says: ({ Config }) => Config.StopTimeout ?? 0,
  },
  {
    name: 'healthcheck',
    cases: [
      [ABSENT, undefined],
      [
        { test: ['CMD', 'true'], interval: '1s', timeout: '5s', retries: 7, start_period: '9s' },
        [['CMD', 'true'], SECOND, 5 * SECOND, 7, 9 * SECOND],
      ],
      [
        { test: 'true || exit 1', interval: '900ms' },
        [['CMD-SHELL', 'true || exit 1'], 0.9 * SECOND, 0, 0, 0],
      ],
      [{ disable: true }, [['NONE'], 0, 0, 0, 0]],
    ],
    says: ({ Config: { Healthcheck: check } }) =>
      check && [
        check.Test,
        check.Interval ?? 0,
        check.Timeout ?? 0,
        check.Retries ?? 0,
        check.StartPeriod ?? 0,
      ],
  },
];
