/**
 * Which folder of `src/` may import from which; `npm run check` holds it. A request goes down this list and results come back only
 * as values and events, so every arrow points down: a folder imports only from those that stand below it. `server` is where the
 * parts meet; `errors` imports nothing. Within a folder files form no circle; types count as imports too.
 */
const allowed = {
  main: 'cli python',
  cli: 'client server http keys sheets inference worker verification replay training registry jobs files engines loras pictures render catalog database python security config errors',
  server:
    'http webhooks keys sheets worker verification replay inference training registry jobs files engines loras pictures render catalog database python security config errors',
  http: 'webhooks keys sheets verification replay inference training registry jobs engines files loras pictures render catalog python security config errors',
  webhooks: 'jobs database security config errors',
  keys: 'database security config errors',
  sheets: 'inference jobs files loras pictures render catalog database errors',
  worker:
    'verification replay inference training scheduler registry jobs files engines loras pictures render catalog database python security config errors',
  verification:
    'replay inference training registry jobs files loras pictures render catalog database security config errors',
  replay: 'inference registry jobs files loras pictures render catalog database security config errors',
  inference: 'jobs files loras pictures render catalog security errors',
  training: 'registry jobs files engines loras pictures render catalog database security config errors',
  registry: 'jobs files loras pictures render catalog database security config errors',
  jobs: 'scheduler render database security config errors',
  scheduler: 'database',
  files: 'render python security config errors',
  engines: 'render catalog python security config errors',
  loras: 'render catalog security errors',
  pictures: 'errors',
  render: 'catalog errors',
  database: 'security config errors',
  security: 'config errors',
  config: 'catalog device-list errors',
  'device-list': '',
  catalog: 'errors',
  client: '',
  python: 'errors',
  errors: '',
};

/** The same for the page, `web/src/`. Of the server it has the types of the API, and nothing that runs. */
const allowedInPage = {
  main: 'router appearance api style',
  router: 'shell compare sheets make gallery queue library training verify settings parts api',
  compare: 'sheets picture parts api',
  sheets: 'make picture draft live parts api',
  make: 'snippet picture recipe draft live parts api',
  gallery: 'picture appearance parts api',
  queue: 'picture live parts api',
  library: 'drop picture parts api',
  training: 'live draft parts api',
  verify: 'parts api',
  settings: 'shell appearance parts api',
  shell: 'drop live draft appearance parts api',
  drop: 'recipe draft parts api',
  picture: 'snippet recipe appearance parts api',
  snippet: 'parts api',
  recipe: 'draft parts api',
  live: 'parts api',
  draft: 'parts',
  appearance: 'parts',
  parts: 'api',
  api: '',
  style: '',
};

const tests = '\\.(test|fixture)\\.ts$|/testing/';

const namesIn = (text) => text.split(' ').filter((name) => name !== '');
const inside = (root, names) => `^${root}/(${names.join('|')})(/|\\.tsx?$|\\.test\\.ts$)`;

/** The rules of a tree of folders, each of which imports from those that stand below it only. */
function layersOf(root, table) {
  const folders = Object.keys(table);
  for (const folder of folders) {
    const up = namesIn(table[folder]).filter((name) => folders.indexOf(name) <= folders.indexOf(folder));
    if (up.length > 0) throw new Error(`${folder} does not stand above ${up.join(', ')}`);
  }
  return [
    ...folders.map((folder) => ({
      name: `${root}: ${folder} imports from what stands below it`,
      severity: 'error',
      from: { path: inside(root, [folder]), pathNot: tests },
      to: { path: `^${root}/`, pathNot: inside(root, [folder, ...namesIn(table[folder])]) },
    })),
    {
      name: `${root}: every folder has its place in the list`,
      severity: 'error',
      from: { path: `^${root}/`, pathNot: inside(root, folders) },
      to: {},
    },
  ];
}

export default {
  forbidden: [
    ...layersOf('src', allowed),
    ...layersOf('web/src', allowedInPage),
    {
      name: 'the page has nothing of the server but types of the API',
      severity: 'error',
      from: { path: '^web/src/' },
      to: { path: '^src/', pathNot: '^src/client/api\\.ts$' },
    },
    {
      name: 'the types of the API are types only',
      severity: 'error',
      from: { path: '^web/src/' },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    { name: 'no circles', severity: 'error', from: { path: '^(src|web/src)/' }, to: { circular: true } },
  ],
  options: {
    includeOnly: '^(src|web/src)/',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
