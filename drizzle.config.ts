/** For `drizzle-kit generate`, which writes the migrations from the schema. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/database/*schema.ts',
  out: './src/database/migrations',
});
