/** Every route of the page. What a link should carry is in its search, read here. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { toProblem } from './api/problem.ts';
import { MakeScreen } from './make/make-screen.tsx';
import { Empty, Problem } from './parts/problem.tsx';
import { Shell } from './shell/shell.tsx';

const text = z.catch(z.optional(z.string()), undefined);
const flag = z.catch(z.optional(z.boolean()), undefined);
const gallerySearch = z.object({ q: text, model: text, lora: text, favourite: flag, tag: text, kind: text });
const compareSearch = z.object({ a: text, b: text, mode: text, sheet: text });
const newSheetSearch = z.object({ training: text });
const sheetSearch = z.object({
  rows: text,
  columns: text,
  at: text,
  tile: z.catch(z.optional(z.number().check(z.gte(32), z.lte(1024))), undefined),
});
const tabSearch = z.object({ tab: text });
const recallSearch = z.object({ lora: text, model: text });

const root = createRootRoute({
  component: Shell,
  errorComponent: ({ error, reset }) => <Problem problem={toProblem(error)} onRetry={reset} />,
  notFoundComponent: () => (
    <Empty title="There is no such page">
      <p>The address may be of another version.</p>
      <a href="/">Make a picture</a>
    </Empty>
  ),
});
const parent = { getParentRoute: () => root };

const make = createRoute({
  ...parent,
  path: '/',
  component: MakeScreen,
  validateSearch: (search) => recallSearch.parse(search),
});
const gallery = createRoute({
  ...parent,
  path: '/gallery',
  validateSearch: (search) => gallerySearch.parse(search),
  component: lazyRouteComponent(() => import('./gallery/gallery-screen.tsx'), 'GalleryScreen'),
});
const viewer = createRoute({
  ...parent,
  path: '/gallery/$request/$index',
  component: lazyRouteComponent(() => import('./gallery/viewer-screen.tsx'), 'ViewerScreen'),
});
const queue = createRoute({
  ...parent,
  path: '/queue',
  component: lazyRouteComponent(() => import('./queue/queue-screen.tsx'), 'QueueScreen'),
});
const library = createRoute({
  ...parent,
  path: '/library',
  component: lazyRouteComponent(() => import('./library/loras-screen.tsx'), 'LorasScreen'),
});
const loras = createRoute({
  ...parent,
  path: '/library/loras',
  component: lazyRouteComponent(() => import('./library/loras-screen.tsx'), 'LorasScreen'),
});
const lora = createRoute({
  ...parent,
  path: '/library/loras/$sha',
  component: lazyRouteComponent(() => import('./library/lora-screen.tsx'), 'LoraScreen'),
});
const models = createRoute({
  ...parent,
  path: '/library/models',
  component: lazyRouteComponent(() => import('./library/models-screen.tsx'), 'ModelsScreen'),
});
const model = createRoute({
  ...parent,
  path: '/library/models/$id',
  component: lazyRouteComponent(() => import('./library/model-screen.tsx'), 'ModelScreen'),
});
const trainings = createRoute({
  ...parent,
  path: '/training',
  component: lazyRouteComponent(() => import('./training/trainings-screen.tsx'), 'TrainingsScreen'),
});
const newTraining = createRoute({
  ...parent,
  path: '/training/new',
  component: lazyRouteComponent(() => import('./training/new-training-screen.tsx'), 'NewTrainingScreen'),
});
const training = createRoute({
  ...parent,
  path: '/training/$id',
  validateSearch: (search) => tabSearch.parse(search),
  component: lazyRouteComponent(() => import('./training/training-screen.tsx'), 'TrainingScreen'),
});
const verify = createRoute({
  ...parent,
  path: '/verify/$id',
  component: lazyRouteComponent(() => import('./verify/verify-screen.tsx'), 'VerifyScreen'),
});
const compare = createRoute({
  ...parent,
  path: '/compare',
  validateSearch: (search) => compareSearch.parse(search),
  component: lazyRouteComponent(() => import('./compare/compare-screen.tsx'), 'CompareScreen'),
});
const newSheet = createRoute({
  ...parent,
  path: '/compare/new',
  validateSearch: (search) => newSheetSearch.parse(search),
  component: lazyRouteComponent(() => import('./sheets/new-sheet-screen.tsx'), 'NewSheetScreen'),
});
const sheet = createRoute({
  ...parent,
  path: '/compare/$id',
  validateSearch: (search) => sheetSearch.parse(search),
  component: lazyRouteComponent(() => import('./sheets/sheet-screen.tsx'), 'SheetScreen'),
});
const settings = createRoute({
  ...parent,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-screen.tsx'), 'SettingsScreen'),
});

const routeTree = root.addChildren([
  make,
  gallery,
  viewer,
  queue,
  library,
  loras,
  lora,
  models,
  model,
  trainings,
  newTraining,
  training,
  verify,
  compare,
  newSheet,
  sheet,
  settings,
]);

export function createPageRouter() {
  return createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: true });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPageRouter>;
  }
}
