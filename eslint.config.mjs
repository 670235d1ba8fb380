// What the type checker cannot see. Style is prettier's; who may import whom is dependency-cruiser's.
import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

const typescript = ['**/*.ts'];
const nothingOfTheProcess = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Settings are passed in: only workers/config.ts reads process.env.',
  },
];

/** The sandbox accepts these without a word, and then a replay differs from the run or the import is a dead weight. */
const notInWorkflows = {
  'no-restricted-globals': [
    'error',
    ...['process', 'fetch', 'Buffer', 'require', '__dirname', 'global'].map((name) => ({
      name,
      message: 'Workflow code reads only its input and activity results (I3).',
    })),
  ],
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        { group: ['node:*', 'fs', 'crypto', 'path', 'os'], message: 'Workflow code has no Node: ask an activity.' },
        { group: ['pino', 'pino/*'], message: "Workflows log with `log` of '@temporalio/workflow'." },
        {
          group: ['zod', 'zod/*', '**/contracts/schemas/*'],
          allowTypeImports: true,
          message: 'zod in the bundle costs 770 KB per cached run: import types only.',
        },
        {
          group: ['**/activities/**', '!./activities', '!../run/activities'],
          allowTypeImports: false,
          message: 'Activities are reached through run/activities.ts by their contract.',
        },
      ],
    },
  ],
};

export default tseslint.config(
  { ignores: ['node_modules/**', 'coverage/**', '.cadre/**', 'schemas/**', 'agents/*/sample/**', 'test/histories/**'] },
  {
    files: typescript,
    extends: [eslint.configs.recommended, ...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { prefer: 'type-imports', fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true, IIFEs: true }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...nothingOfTheProcess],
    },
  },
  { files: ['workers/config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  // tsx has no dynamic import in CommonJS, and loading everything would make every command a second slower.
  { files: ['cli/lazy.ts'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['workflows/**/*.ts'], rules: notInWorkflows },
  {
    files: ['test/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'no-console': 'off', 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.cjs'],
    extends: [eslint.configs.recommended],
    languageOptions: {
      sourceType: 'commonjs',
      globals: Object.fromEntries(
        [
          'require',
          'module',
          'process',
          '__dirname',
          'Buffer',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'console',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
