/**
 * The page of this server, where it is built: its HTML for every path that a link of it may have, and the files that it loads. Scripts
 * and styles come from this server only; what React Aria adds to the styles carries a nonce of the answer.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Paths that the page shows something at. */
const pagePaths = [
  '/',
  '/compare',
  '/compare/*',
  '/library',
  '/library/*',
  '/gallery',
  '/gallery/*',
  '/queue',
  '/training',
  '/training/*',
  '/verify',
  '/verify/*',
  '/settings',
];

/** `folder` is what the build of the page made. */
export function addPage(app: FastifyInstance, folder: string): void {
  app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    cacheControl: false,
    decorateReply: false,
    globIgnore: ['index.html', '.*/**'],
    setHeaders: (answer, file) => {
      // Names of what is built hold a hash of the content.
      const isHashed = path.relative(folder, file).split(path.sep)[0] === 'assets';
      answer.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  for (const url of pagePaths) {
    app.get(url, { schema: { hide: true } }, async (_, reply) => {
      const html = await readFile(path.join(folder, 'index.html'), 'utf8');
      const nonce = randomBytes(16).toString('base64');
      return reply
        .headers({ 'content-security-policy': policyOf(nonce), 'cache-control': 'no-store' })
        .type('text/html; charset=utf-8')
        .send(html.replaceAll('%NONCE%', nonce));
    });
  }
}

const policyOf = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
