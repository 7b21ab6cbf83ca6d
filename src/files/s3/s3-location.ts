import { z } from 'zod';

/** Where ARTIFACTS_URL points: `s3://<bucket>[/<prefix>][?endpoint=…&region=…&path_style=…]`. */
export interface S3Location {
  bucket: string;
  /** Empty, or ending with `/`. */
  prefix: string;
  /** Null: Amazon's own, by region. */
  endpoint: string | null;
  region: string;
  /** The bucket in the path instead of the host name. */
  pathStyle: boolean;
}

const optionsSchema = z.strictObject({
  endpoint: z
    .url({ protocol: /^https?$/, error: 'endpoint must be an http(s) URL' })
    .nullable()
    .default(null),
  region: z.string().min(1).optional(),
  path_style: z.enum(['true', 'false'], { error: 'path_style must be true or false' }).optional(),
});

/**
 * Servers with an address of their own rarely have a host name for each bucket, so an endpoint means path style unless said
 * otherwise; what region they are in matters to none of them. Throws an Error that says what is accepted.
 */
export function parseS3Location(text: string, environment: Record<string, string | undefined>): S3Location {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 's3:' || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(url.hostname)) {
    throw new Error(
      `ARTIFACTS_URL must be s3://<bucket>/<prefix>?endpoint=…&region=…&path_style=…; ${hint(url)}`,
    );
  }
  const parsed = optionsSchema.safeParse(Object.fromEntries(url.searchParams));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => issue.message).join('; ');
    throw new Error(`ARTIFACTS_URL takes endpoint, region and path_style after the "?": ${problems}.`);
  }
  const { endpoint, region, path_style } = parsed.data;
  const folder = url.pathname.split('/').filter(Boolean).join('/');
  return {
    bucket: url.hostname,
    prefix: folder === '' ? '' : `${folder}/`,
    endpoint,
    region: region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1',
    pathStyle: path_style === undefined ? endpoint !== null : path_style === 'true',
  };
}

/** Never the text itself: people put passwords where they do not belong. */
function hint(url: URL | null): string {
  if (url === null) return 'this is no URL.';
  if (url.protocol !== 's3:') return `this one begins with "${url.protocol}".`;
  return 'its bucket is not a name of 3 to 63 small letters, digits, dots and hyphens.';
}
