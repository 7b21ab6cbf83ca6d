/** How the page at `/` is built, into `web/dist`, which the server sends and the npm package holds. */
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.DARKROOM_URL ?? 'http://127.0.0.1:8000';

/** What only screens need that are loaded when they are opened. */
const lazyPackages =
  /uplot|react-virtual|virtual-core|[\\/](dnd|menu|clipboard)[\\/]|DropZone|FileTrigger|Modal|[\\/]Menu|useDra|useDrop|lucide-react/;

export default defineConfig({
  root: import.meta.dirname,
  // The page is in English: the other languages of React Aria would be a tenth of its size.
  plugins: [react(), optimizeLocales.vite({ locales: ['en-US'] })],
  build: {
    target: 'es2024',
    outDir: 'dist',
    emptyOutDir: true,
    // The policy of the page allows scripts of the server itself only.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    manifest: true,
    chunkSizeWarningLimit: 1000,
    // What every screen needs, in one file: many small ones are packed less well, and each is a request.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'base', test: (id: string) => id.includes('node_modules') && !lazyPackages.test(id) },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/v1': server, '/health': server, '/ready': server, '/docs': server, '/openapi.json': server },
  },
});
