import { describe, expect, test } from 'vitest';
import { readModelForm } from '../make/model-form.ts';
import { missingOf, sheetBody } from './sheet-body.ts';
import { emptySheetDraft, type SheetDraft, type SheetLora } from './sheet-draft.ts';

const number = (title: string, standard: number) => ({ title, default: standard, minimum: 0, maximum: 100 });
const form = readModelForm({
  properties: {
    sample_steps: number('Steps', 20),
    guidance_scale: number('Guidance', 4),
    loras: { maxItems: 3 },
  },
  required: [],
});
const twoDenoisers = { ...form, lora: { ...form.lora, sides: true } };
const lora = (label: string, more: Partial<SheetLora> = {}): SheetLora => ({
  ...{ key: label, label, trigger: '', scale: 1 },
  files: [{ path: `${label}.safetensors`, side: null }],
  ...more,
});
const bodyOf = (draft: Partial<SheetDraft>, of = form) =>
  sheetBody({ ...emptySheetDraft, prompts: 'a', ...draft }, { model: 'm', form: of, controls: [] });
const sent = (path: string, strength: number) => ({
  path: `${path}.safetensors`,
  network_multiplier: strength,
});

describe('the sheet that the builder stands for', () => {
  test('one value is common to all, several are an axis', () => {
    expect(
      bodyOf({ prompts: 'a\n# no\nb', seeds: '1, 2', steps: '4', guidance: '2 3', sizes: '64x96' }),
    ).toEqual({
      model: 'm',
      common: { sample_steps: 4, width: 64, height: 96 },
      axes: [
        { name: 'prompt', values: ['a', 'b'] },
        { name: 'seed', values: [1, 2] },
        { name: 'guidance', values: [2, 3] },
      ],
    });
  });

  test('a single picture is a sheet too, and without a seed one is drawn for all', () => {
    expect(bodyOf({ seeds: '' })).toEqual({
      model: 'm',
      common: { seed: -1 },
      axes: [{ name: 'prompt', values: ['a'] }],
    });
  });

  test('a seed for each prompt', () => {
    const { axes } = bodyOf({ prompts: 'a\nb', seeds: '42..43', seedForPrompt: true });
    expect(axes[1]).toEqual({ name: 'seed', values: [42, 43], with: 'prompt' });
  });

  test('epochs with strengths, and a LoRA behind them', () => {
    const draft = { training: 'tr', epochs: [10, 20], scales: '0.5 1', withBase: true, loras: [lora('x')] };
    expect(bodyOf(draft)).toMatchObject({
      common: { prompt: 'a', seed: 42 },
      axes: [
        { name: 'epoch', lora: { training: 'tr', steps: [10, 20] } },
        { name: 'scale', values: [0.5, 1] },
      ],
      loras: [sent('x', 1)],
      base_cells: true,
    });
    expect(bodyOf({ training: 'tr', scales: '1' }).axes).toEqual([
      { name: 'epoch', lora: { training: 'tr', steps: 'all' } },
    ]);
  });

  test('LoRAs one after the other bring their words along', () => {
    const draft = { loras: [lora('x', { trigger: 'xx' }), lora('y')], scales: '0.5' };
    expect(bodyOf(draft).axes).toEqual([
      {
        name: 'lora',
        values: [
          { loras: [sent('x', 0.5)], label: 'x', trigger_word: 'xx' },
          { loras: [sent('y', 0.5)], label: 'y' },
        ],
      },
    ]);
  });

  test('LoRAs in every picture have their strengths, the first that of the list', () => {
    const loras = [lora('x', { trigger: 'xx' }), lora('y', { scale: 0.3 })];
    const body = bodyOf({ loras, stack: 'all', scales: '0.5 1', withBase: true });
    expect(body.loras).toEqual([sent('x', 1), sent('y', 0.3)]);
    expect(body).toMatchObject({ trigger_word: 'xx', axes: [{ name: 'scale' }], base_cells: true });
    expect(bodyOf({ loras, stack: 'all', withBase: true }).axes).toEqual([
      {
        name: 'lora',
        values: [{ loras: [sent('x', 1), sent('y', 0.3)], label: 'x + y', trigger_word: 'xx' }],
      },
    ]);
  });

  test('both files of a pair are of one strength', () => {
    const files = [
      { path: 'h', side: 'high' as const },
      { path: 'l', side: 'low' as const },
    ];
    const body = bodyOf({ loras: [lora('pair', { files })], scales: '0.5 1' }, twoDenoisers);
    expect(body.loras?.map(({ transformer }) => transformer)).toEqual(['high', 'low']);
    expect(body.axes).toEqual([{ name: 'scale', values: [0.5, 1], row: 'all' }]);
  });
});

test.each([
  [{ prompts: '# only' }, 'Write a prompt first.'],
  [{ training: 'tr', epochs: [] }, 'Choose one epoch at least.'],
  [{ scales: '0.5 strong' }, '“strong” is no number.'],
  [{ sizes: '64' }, '“64” is no size: write 768x1024.'],
  [{}, null],
])('what is missing from %j', (draft, said) => {
  expect(missingOf({ ...emptySheetDraft, prompts: 'a', ...draft }, { form, controls: [] })).toBe(said);
});
