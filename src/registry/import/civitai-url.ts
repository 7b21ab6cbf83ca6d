import { importInvalid } from './import-parts.ts';

/**
 * The download of what a page of CivitAI shows; null for other URLs, downloads of CivitAI included. Throws IMPORT_INVALID for a
 * page of a model without a version: which file is meant is not known then.
 */
export function civitaiDownload(asked: string): string | null {
  const url = URL.parse(asked);
  if (url === null || !/(^|\.)civitai\.(com|red|green)$/.test(url.hostname)) return null;
  if (!/^\/models\/\d+/.test(url.pathname)) return null;
  const version = url.searchParams.get('modelVersionId');
  if (version !== null && /^\d{1,12}$/.test(version)) return `${url.origin}/api/download/models/${version}`;
  throw importInvalid(
    'The page of a model on CivitAI stands for all of its versions. Choose one there, and send the address with ?modelVersionId=…, or that of its download.',
  );
}
