import './style/global.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { I18nProvider } from 'react-aria-components';
import { createRoot } from 'react-dom/client';
import { toProblem } from './api/problem.ts';
import { showAppearance } from './appearance/appearance.ts';
import { createPageRouter } from './router.tsx';

const mostRetries = 2;

const queries = new QueryClient({
  defaultOptions: {
    // A browser that believes to be offline may still reach this machine; and what cannot be sent is said, not kept waiting.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      // What the server refuses it refuses again; what got no answer may get one.
      retry: (failures, error) => failures < mostRetries && toProblem(error).status === 0,
    },
  },
});

showAppearance();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <I18nProvider locale="en-US">
        <RouterProvider router={createPageRouter()} />
      </I18nProvider>
    </QueryClientProvider>
  </StrictMode>,
);
