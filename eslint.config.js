import tseslint from 'typescript-eslint';

const LONGEST_CLASS = 100;

/** As `max-lines-per-function`, which ESLint has not for classes: blank lines and comments do not count. */
const maxLinesPerClass = {
  meta: { type: 'suggestion', schema: [] },
  create(context) {
    const { sourceCode } = context;
    const check = (node) => {
      const own = new Set();
      for (const token of sourceCode.getTokens(node)) {
        for (let line = token.loc.start.line; line <= token.loc.end.line; line += 1) own.add(line);
      }
      if (own.size > LONGEST_CLASS) {
        context.report({
          node: node.id ?? node,
          message: `This class has ${String(own.size)} lines; more than ${String(LONGEST_CLASS)} are of two things.`,
        });
      }
    };
    return { ClassDeclaration: check, ClassExpression: check };
  },
};

export default tseslint.config(
  {
    ignores: [
      'test/fixtures/',
      'dist/',
      'node_modules/',
      'examples/',
      'scripts/*.mjs',
      'base-images/**/*.mjs',
      'profiles/',
      '*.config.js',
      '.dev/',
      'test/fixtures/repositories/',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'node:assert', message: 'Return a Failure, or throw an Error for a bug.' },
          ],
        },
      ],
    },
  },
  {
    // Effects are behind ports: time, streams and the process's own facts too.
    files: ['src/**'],
    ignores: ['src/adapters/**', 'src/main.ts', 'src/start.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...[
          ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'performance'],
          ...['process', 'fetch', 'globalThis'],
        ].map((name) => ({ name, message: 'A port gives it: see src/ports.' })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Clock.now of src/ports gives it.' },
        { object: 'Math', property: 'random', message: 'A caller gives the seed.' },
        { object: 'AbortSignal', property: 'timeout', message: 'Clock.sleep of src/ports waits.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'BinaryExpression[operator=/^[-<>]=?$/] > CallExpression[callee.property.name="now"][callee.object.name="clock"]',
          message: 'Somebody may set that clock: Clock.steady tells how long something takes.',
        },
        {
          selector:
            'BinaryExpression[operator=/^[-<>]=?$/] > CallExpression[callee.property.name="now"][callee.object.property.name="clock"]',
          message: 'Somebody may set that clock: Clock.steady tells how long something takes.',
        },
      ],
    },
  },
  {
    files: ['src/**'],
    rules: {
      // What is longer does several things: each gets a name and a place of its own.
      'max-lines-per-function': ['error', { max: 100, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/**'],
    plugins: { house: { rules: { 'max-lines-per-class': maxLinesPerClass } } },
    rules: { 'house/max-lines-per-class': 'error' },
  },
  {
    files: ['scripts/**', 'bench/**'],
    rules: { 'no-console': 'off' },
  },
);
