/** The bodies of /v1/keys. The command line reads them with the same schemas. */
import { z } from 'zod';
import { keyScopes } from '../../../keys/key-scope.ts';
import { storableText } from '../../kit/storable-text.ts';

const scope = z.enum(keyScopes).meta({
  description:
    '`read` looks at its own requests; `write` also sends and cancels; `admin` also sees everybody’s and manages keys.',
});
const name = storableText(100)
  .min(1)
  .meta({ description: 'Who or what it is for.', examples: ['phone app'] });

const project = storableText(64)
  .regex(/^[a-z0-9]+([._-]+[a-z0-9]+)*$/, 'must be lower-case letters, digits and single . _ - between them')
  .meta({
    description:
      'Handle of the project whose models the key sees and makes: see docs/registry.md. It is made where there is none. Default: local.',
    examples: ['anna'],
  });

export const newKeySchema = z
  .object({ name, scope: scope.default('write'), project: project.optional() })
  .meta({ examples: [{ name: 'phone app', scope: 'write' }] });

const time = z.string().meta({ format: 'date-time' });

export const keyResponseSchema = z
  .object({
    id: z
      .string()
      .meta({ description: 'Name of the key in lists and logs.', examples: ['key_0123456789ab'] }),
    name: z.string(),
    scope: z.enum(keyScopes),
    project: z.string().meta({ description: 'Id of its project.', examples: ['proj_local'] }),
    created_at: time,
    revoked_at: time.nullable(),
  })
  .meta({ description: 'What is known of a key.' });

export const createdKeySchema = keyResponseSchema
  .extend({ key: z.string().meta({ description: 'The key. It is not shown again.' }) })
  .meta({ description: 'The new key.' });

export const keysResponseSchema = z
  .object({ keys: z.array(keyResponseSchema) })
  .meta({ description: 'All of them.' });
