/** The bodies of /v1/session. */
import { z } from 'zod';
import { keyScopes } from '../../../keys/key-scope.ts';

export const newSessionSchema = z
  .object({
    key: z
      .string()
      .max(500)
      .optional()
      .meta({
        description: 'A key of this server. Not needed on one without keys.',
        examples: ['dk_…'],
      }),
    remember: z.boolean().default(false).meta({ description: 'For 30 days instead of 12 hours.' }),
  })
  .meta({ examples: [{ key: 'dk_…', remember: true }] });

export const sessionSchema = z
  .object({
    open: z.boolean().meta({
      description: 'The server has no keys: it answers this machine only, and everybody on it is an admin.',
    }),
    scope: z.enum(keyScopes).meta({ description: 'What the asker may do; see docs/keys.md.' }),
    may_upload: z.boolean().meta({ description: 'Whether it may upload LoRA files (UPLOAD_SCOPE).' }),
    limits: z
      .object({
        prompts: z.int().meta({ description: 'In one request (MAX_PROMPTS).' }),
        loras: z.int().meta({ description: 'In one request (MAX_LORAS).' }),
        body_mb: z.int().meta({ description: 'Largest body (MAX_BODY_MB).' }),
        requests_per_minute: z
          .int()
          .nullable()
          .meta({ description: 'Of this key (RATE_LIMIT_PER_MINUTE); null: any number.' }),
        waiting: z.int().meta({ description: 'Requests of this key that may wait (MAX_QUEUE_PER_KEY).' }),
        retention_hours: z
          .int()
          .nullable()
          .meta({ description: 'After which pictures go (RETENTION_HOURS); null: they stay.' }),
      })
      .meta({ description: 'What one key may ask for.' }),
    version: z.string().meta({ description: 'Of this server.' }),
    key_id: z.string().nullable().meta({ description: 'Id of the key; null on an open server.' }),
    project: z.string().meta({ description: 'Id of the project that it acts in.' }),
    expires_at: z.string().nullable().meta({
      format: 'date-time',
      description:
        'When the session ends; null on an open server, and for a key that is sent with each request.',
    }),
  })
  .meta({ description: 'Who asks.' });

export const endedSessionSchema = z
  .object({ ended: z.boolean().meta({ description: 'False when there was no session.' }) })
  .meta({ description: 'The cookie is gone.' });

export type SessionResponse = z.infer<typeof sessionSchema>;
