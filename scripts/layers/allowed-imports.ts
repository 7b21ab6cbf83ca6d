/**
 * Which folder of `src/` may import from which. A request goes down this list and results come back only as values and
 * events, so every arrow points down: a folder never imports one that stands above it. `http` is imported by nothing but
 * the commands that start it; `errors` imports nothing.
 */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
  main: ['commands', 'engine'],
  commands: [
    'http',
    'jobs',
    'scheduler',
    'artifacts',
    'engine',
    'loras',
    'render',
    'catalog',
    'database',
    'security',
    'config',
    'errors',
  ],
  http: ['jobs', 'engine', 'artifacts', 'loras', 'render', 'catalog', 'security', 'config', 'errors'],
  jobs: [
    'scheduler',
    'artifacts',
    'engine',
    'loras',
    'render',
    'catalog',
    'database',
    'security',
    'config',
    'errors',
  ],
  scheduler: ['render', 'catalog', 'errors'],
  artifacts: ['engine', 'render', 'config', 'errors'],
  engine: ['render', 'security', 'config', 'errors'],
  loras: ['render', 'catalog', 'security', 'errors'],
  render: ['catalog', 'errors'],
  catalog: ['errors'],
  database: ['config', 'errors'],
  security: ['config', 'errors'],
  config: ['errors'],
  errors: [],
};
