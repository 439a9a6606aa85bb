import { ABSENT, own, type Key } from './key.ts';

export const TEXTS: readonly Key[] = [
  {
    name: 'labels',
    cases: [
      [ABSENT, {}],
      [{ 'own.a': '1' }, { 'own.a': '1' }],
      [['own.a=2', 'own.b'], { 'own.a': '2', 'own.b': '' }],
    ],
    says: ({ Config }) => own(Config.Labels),
    excludes: ['label_file'],
  },
  {
    name: 'label_file',
    cases: [
      [ABSENT, {}],
      ['own.labels', { 'own.c': '%LABEL%' }],
      [['own.labels', 'more.labels'], { 'own.c': 'more', 'own.d': '%LABELS%' }],
    ],
    says: ({ Config }) => own(Config.Labels),
    excludes: ['labels'],
  },
  {
    name: 'annotations',
    cases: [
      [ABSENT, {}],
      [{ 'own.n': 'x' }, { 'own.n': 'x' }],
    ],
    says: ({ HostConfig }) => own(HostConfig.Annotations),
  },
  {
    name: 'configs',
    cases: [
      [ABSENT, []],
      [[{ source: 'note', target: '/own-note' }], ['/own-note %NOTE%']],
      [['listed'], ['/listed %LISTED%']],
      [
        ['listed', { source: 'note', target: '/own-note' }],
        ['/listed %LISTED%', '/own-note %NOTE%'],
      ],
      [[{ source: 'given', target: '/own-given' }], ['/own-given %GIVEN%']],
    ],
    says: ({ files }) => files.filter((line) => !line.startsWith('/run/secrets')),
    excludes: ['read_only'],
  },
  {
    name: 'secrets',
    cases: [
      [ABSENT, []],
      [['word'], ['/run/secrets/word %WORD%']],
      [[{ source: 'word', target: 'other' }], ['/run/secrets/other %WORD%']],
      [['given'], ['/run/secrets/given %GIVEN%']],
    ],
    says: ({ files }) => files.filter((line) => line.startsWith('/run/secrets')),
    excludes: ['read_only'],
  },
];

export const STORAGE: readonly Key[] = [
  {
    name: 'tmpfs',
    cases: [
      [ABSENT, {}],
      ['/own-run', { '/own-run': '' }],
      [['/own-run:size=1m', '/own-tmp'], { '/own-run': 'size=1m', '/own-tmp': '' }],
    ],
    says: ({ HostConfig }) => HostConfig.Tmpfs ?? {},
  },
  {
    name: 'volumes',
    cases: [
      [ABSENT, []],
      [['data:/d'], ['volume data /d rw']],
      [['data:/other:ro'], ['volume data /other ro']],
      [
        ['./src:/src:ro', 'data:/d'],
        ['bind src /src ro', 'volume data /d rw'],
      ],
      [[{ type: 'bind', source: './src', target: '/src' }], ['bind src /src rw']],
      [['/anonymous'], ['volume ? /anonymous rw']],
      [
        ['outer:/o', 'data:/d'],
        ['volume data /d rw', 'volume outer /o rw'],
      ],
      [
        [{ type: 'volume', source: 'more', target: '/m', volume: { nocopy: true } }],
        ['volume more /m rw'],
      ],
      [[{ type: 'tmpfs', target: '/t', tmpfs: { size: 1048576 } }], ['tmpfs  /t rw']],
    ],
    says: ({ mounts }) => mounts,
  },
];
