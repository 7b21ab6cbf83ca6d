import { familyFiles, type Names, type Place, spelling } from '../../src/catalog/lora-grammar.ts';
import { generatedLine, markdownTable } from './markdown.ts';

/** docs/lora-names.md, from the grammar of LoRA keys. */
export function loraNamesPage(): string {
  const parts = spelling.parts.map(({ part, keys }) => [code(part), keys.map(code).join(', ')]);
  const prefixes = spelling.prefixes.map(([prefix, component]) => [
    code(prefix),
    component ?? 'the denoiser',
  ]);
  return `${generatedLine('protocol/loras/')}

# The names that LoRA files are read by

A key is \`<prefixes><module>.<part>\`. Every module of a model can be named as diffusers names it, dotted
(\`transformer_blocks.0.attn.to_q\`) or flat as in kohya's files (\`transformer_blocks_0_attn_to_q\`), with or without a \`_\` at
the end, and where diffusers' old attention processors had \`.processor.\` in the name, with that. Below are the names beside
those. A name is taken only when the module is there and its shape agrees; [what is not read](loras.md#what-is-not-read) is
named in \`warnings\`.

In names, \`{n}\` is a number, \`{rest}\` is anything and \`{a|b}\` one of those; \`{1}\`, \`{2}\`, … are what they held. Several
modules share the rows of a fused one in the order given. Its parts may be numbered: \`….qkv.0\` is the first of them.

## Parts

${markdownTable(['part', 'keys end in'], parts)}

## Prefixes

In any order and number. \`te1\`, \`clip_l\` and the like are the text encoders that the family calls so: ${encodersText(spelling.encoders)},
unless it says otherwise below.

${markdownTable(['prefix', 'for'], prefixes)}

## In every family

${namesTable(spelling.names)}

${[...familyFiles.keys()].map(familyText).join('\n\n')}
`;
}

function familyText(id: string): string {
  const { label, like, encoders, stems, names } = familyFiles.get(id) ?? {
    label: id,
    encoders: {},
    stems: {},
    names: {},
  };
  const beginnings = Object.entries(stems).map(([stem, target]) => [code(stem), code(target)]);
  return [
    `## ${label}`,
    like === undefined ? null : `As ${familyFiles.get(like)?.label ?? like}, and:`,
    Object.keys(encoders).length === 0 ? null : `Text encoders: ${encodersText(encoders)}.`,
    beginnings.length === 0 ? null : markdownTable(['names that begin with', 'are those of'], beginnings),
    Object.keys(names).length > 0
      ? namesTable(names)
      : 'Files have the names that diffusers has, which are those of the original release.',
  ]
    .filter((text) => text !== null)
    .join('\n\n');
}

const namesTable = (names: Names): string =>
  markdownTable(
    ['name in files', 'module in diffusers'],
    Object.entries(names).map(([name, place]) => [code(name), placeText(place)]),
  );

function placeText({ to, halves, heads, rows }: Place): string {
  const modules = to.map(code).join(', ');
  if (halves !== undefined) return `${modules}, with the two halves of its output the other way around`;
  if (heads !== undefined) return `${modules}, whose rows come head by head`;
  if (rows === undefined) return modules;
  const [from, end] = rows;
  const upTo = end === null ? 'to the end' : `up to ${end} times`;
  return `rows of ${modules} from ${from} times the width of its input ${upTo}`;
}

const encodersText = (encoders: Readonly<Record<string, string>>): string =>
  Object.entries(encoders)
    .map(([name, component]) => `${code(name)} is ${code(component)}`)
    .join(', ');

const code = (text: string): string => `\`${text}\``;
