import { z } from 'zod';
import { settings } from '../../src/config.ts';
import { generatedLine, markdownTable } from './markdown.ts';

const factsSchema = z.looseObject({
  default: z.unknown().optional(),
  description: z.string().default(''),
  enum: z.array(z.string()).optional(),
});

/** docs/settings.md, from the schema that parses the settings. */
export function settingsPage(): string {
  const rows = Object.entries(settings).map(([name, schema]) => row(name, schema));
  return `${generatedLine('src/config.ts')}

# Settings

Every setting is an environment variable, read once at the start. An empty one counts as absent. A setting that is not right
stops the start with a message that names it. \`serve\` takes the most used ones as flags too: \`--host\`, \`--port\`, \`--data\`,
\`--loras\`, \`--device\`.

${markdownTable(['setting', 'default', 'what it does'], rows)}
`;
}

function row(name: string, schema: z.ZodType): string[] {
  const facts = factsSchema.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  const choices =
    facts.enum === undefined || facts.enum.includes('') ? '' : ` One of ${facts.enum.map(code).join(', ')}.`;
  return [code(name), defaultText(facts.default), `${facts.description}${choices}`];
}

function defaultText(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '–';
  return code(String(value));
}

const code = (text: string): string => `\`${text}\``;
