import path from 'node:path';

/** Where drizzle's migrators read, and which table they keep their account in. */
export const migrations = {
  migrationsFolder: path.join(import.meta.dirname, 'migrations'),
  migrationsSchema: 'public',
  migrationsTable: 'schema_migrations',
};
