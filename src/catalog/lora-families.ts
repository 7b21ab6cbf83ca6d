/**
 * How the files of each LoRA family are told apart: by the names of the modules they change, then by the shapes of those
 * modules, then by what the trainer wrote into the metadata.
 *
 * The patterns are the `marks` of each family in the grammar of LoRA keys. They are matched against a flat module name. A
 * `strong` pattern occurs in no other family; `weak` ones are shared and only narrow the choice.
 */
import { type FamilyFile, familyFiles } from './lora-grammar.ts';

export interface LoraFamily {
  id: string;
  /** For messages: “looks like a LoRA for …”. */
  label: string;
  strong: readonly RegExp[];
  weak: readonly RegExp[];
  /**
   * Shapes that modules matching the pattern have in this family and not in its look-alikes: widths of the input, or how many
   * there are for each other side, which holds for every size of model. `shared` widths occur in a look-alike too: they prove
   * nothing.
   */
  shapes: readonly (Omit<FamilyFile['marks']['shapes'][number], 'module'> & { module: RegExp })[];
  /** Its files keep the alpha of all modules in the entry `alpha` of their metadata. */
  alphaEntry: boolean;
  /** Values of `ss_base_model_version`, compared in lower case by prefix. */
  metadata: readonly string[];
}

export const loraFamilies: readonly LoraFamily[] = [...familyFiles].map(([id, { label, marks }]) => ({
  id,
  label,
  metadata: marks.metadata,
  alphaEntry: marks.alphaEntry,
  strong: marks.strong.map((pattern) => new RegExp(pattern)),
  weak: marks.weak.map((pattern) => new RegExp(pattern)),
  shapes: marks.shapes.map((shape) => ({ ...shape, module: new RegExp(shape.module) })),
}));
