import type { ModelEntry } from '../../src/catalog/define-model.ts';
import { modelTypes, typeOfBase } from '../../src/http/scenario/model-types.ts';
import { modelTypeNames } from '../../src/http/scenario/schema/enums.ts';
import { generatedLine, markdownTable } from './markdown.ts';

/** docs/scenario-types.md, from the table of types and the catalog. */
export function scenarioTypesPage(entries: readonly ModelEntry[]): string {
  const ids = entries.map(({ id }) => id);
  const rows = modelTypeNames.map((name) => {
    const { kind, bases, pairs } = modelTypes[name];
    const here = bases === null ? null : bases.filter((id) => ids.includes(id));
    return [`\`${name}\``, kind, basesText(here), pairs ? 'pairs of pictures' : 'pictures'];
  });
  const custom = ids.filter((id) => typeOfBase(id) === 'custom').map((id) => `\`model_${id}\``);
  return `${generatedLine('src/http/scenario/model-types.ts')}

# Scenario’s model types

What the \`type\` of a model means in [Scenario’s API](scenario.md). The type says which family a model is of; \`baseModelId\` chooses
among the base models of that family, and without it the first one is taken.

${markdownTable(['type', 'kind', 'base models', 'learns from'], rows)}

Base models themselves are listed with \`privacy=public\`. Those of FLUX.1 have types of their own; the others are told of as
\`custom\`, since the newest SDK has no name for them: ${custom.join(', ')}.
`;
}

function basesText(here: readonly string[] | null): string {
  if (here === null) return 'any that no other type has; `baseModelId` is required';
  return here.length === 0 ? 'none: not offered' : here.map((id) => `\`model_${id}\``).join(', ');
}
