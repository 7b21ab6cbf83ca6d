import { loadCatalog } from '../../src/catalog/load-catalog.ts';
import { clientTypes } from './client-types.ts';
import { errorsPage } from './errors-page.ts';
import { fidelityPage } from './fidelity-page.ts';
import { loraNamesPage } from './lora-names-page.ts';
import { modelPage } from './model-page.ts';
import { modelsPage } from './models-page.ts';
import { scenarioTypesPage } from './scenario-types-page.ts';
import { settingsPage } from './settings-page.ts';
import { trainingNamesPage } from './training-names-page.ts';

/** Every generated file, by its path relative to the repository root. */
export async function generatePages(): Promise<Map<string, string>> {
  const entries = [...(await loadCatalog()).values()];
  return new Map([
    ['docs/settings.md', settingsPage()],
    ['docs/errors.md', errorsPage()],
    ['docs/fidelity.md', fidelityPage()],
    ['docs/lora-names.md', loraNamesPage()],
    ['docs/models.md', modelsPage(entries)],
    ['docs/scenario-types.md', scenarioTypesPage(entries)],
    ['docs/training-names.md', trainingNamesPage(entries)],
    ['src/client/api.ts', await clientTypes()],
    ...entries.map((entry): [string, string] => [`docs/models/${entry.id}.md`, modelPage(entry)]),
  ]);
}
