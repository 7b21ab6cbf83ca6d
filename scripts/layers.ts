/** Part of `npm run check`: holds every import of `src/` against the table in `layers/allowed-imports.ts`. */
import { allowedImports } from './layers/allowed-imports.ts';
import { findViolations } from './layers/find-violations.ts';
import { readSources } from './layers/read-sources.ts';

const violations = findViolations(readSources(), allowedImports);
for (const { file, imports, because } of violations)
  console.error(`src/${file} imports src/${imports}: ${because}`);
process.exitCode = violations.length === 0 ? 0 : 1;
