/**
 * Which folder of `src/` may import from which; `npm run check` holds it. A request goes down this list and results come back only
 * as values and events, so every arrow points down: a folder imports only from those that stand below it. `server` is where the
 * parts meet; `errors` imports nothing. Within a folder files form no circle; types count as imports too.
 */
const allowed = {
  main: 'cli python',
  cli: 'client server http keys inference worker training registry jobs files engines loras render catalog database python security config errors',
  server:
    'http webhooks keys inference worker training registry jobs files engines loras pictures render catalog database python security config errors',
  http: 'webhooks keys inference training registry jobs engines files loras render catalog python security config errors',
  webhooks: 'jobs database security config errors',
  keys: 'database security config errors',
  inference: 'jobs files loras pictures render catalog security errors',
  worker:
    'training scheduler registry jobs files engines loras pictures render catalog database python security config errors',
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

const folders = Object.keys(allowed);
const below = (folder) => allowed[folder].split(' ').filter((name) => name !== '');
const inside = (names) => `^src/(${names.join('|')})(/|\\.ts$|\\.test\\.ts$)`;
const tests = '\\.(test|fixture)\\.ts$|/testing/';

for (const folder of folders) {
  const up = below(folder).filter((name) => folders.indexOf(name) <= folders.indexOf(folder));
  if (up.length > 0) throw new Error(`${folder} does not stand above ${up.join(', ')}`);
}

const arrows = folders.map((folder) => ({
  name: `${folder} imports from what stands below it`,
  severity: 'error',
  from: { path: inside([folder]), pathNot: tests },
  to: { path: '^src/', pathNot: inside([folder, ...below(folder)]) },
}));

export default {
  forbidden: [
    ...arrows,
    {
      name: 'every folder has its place in the list',
      severity: 'error',
      from: { path: '^src/', pathNot: inside(folders) },
      to: {},
    },
    { name: 'no circles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
  ],
  options: {
    includeOnly: '^src/',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
