import { describe, expect, test } from 'vitest';
import {
  arrangementText,
  combinations,
  moved,
  nextTile,
  placeOf,
  placeText,
  readArrangement,
  sideOf,
  swapped,
  usualTile,
} from './sheet-layout.ts';

const axis = (name: string, labels: string[], partner: string | null = null) => ({
  ...{ id: name, name, labels },
  with: partner,
});
const axes = [
  axis('epoch', ['step 1', 'step 2']),
  axis('scale', ['0.5', '1']),
  axis('prompt', ['a', 'b']),
  axis('seed', ['7', '8'], 'prompt'),
];
const layout = { rows: ['epoch'], columns: ['scale'], pages: ['prompt'] };
const usual = readArrangement({ axes, layout }, {});

describe('how a sheet is shown', () => {
  test('as it was asked for, with the first value of what is in neither side', () => {
    expect(usual).toEqual({ rows: ['epoch'], columns: ['scale'], at: new Map([['prompt', 0]]) });
  });

  test('as the address says, as far as there are such axes and values', () => {
    const text = { rows: 'prompt,nothing', columns: 'prompt,epoch', at: 'scale.1' };
    expect(readArrangement({ axes, layout }, text)).toEqual({
      rows: ['prompt'],
      columns: ['epoch'],
      at: new Map([['scale', 1]]),
    });
    expect(readArrangement({ axes, layout }, { at: 'prompt.9' }).at.get('prompt')).toBe(0);
    expect(readArrangement({ axes, layout }, arrangementText(swapped(usual)))).toEqual(swapped(usual));
  });

  test('an axis goes to another side', () => {
    expect(moved(usual, 'prompt', 'columns')).toEqual({
      rows: ['epoch'],
      columns: ['scale', 'prompt'],
      at: new Map(),
    });
    expect(moved(usual, 'epoch', 'one').at).toEqual(
      new Map([
        ['prompt', 0],
        ['epoch', 0],
      ]),
    );
    expect(sideOf(usual, 'prompt')).toBe('one');
  });

  test('cells are found by their values, and those that go along', () => {
    const [, second] = combinations(axes, ['prompt']);
    expect(second?.label).toBe('b · 8');
    expect(placeOf(axes, new Map([['epoch', 1]]), second?.indexes ?? new Map())).toBe('1,0,1,1');
    expect(placeText(axes, [1, 0, 1, 1])).toBe('step 2 · 0.5 · b · 8');
    expect(combinations(axes, [])).toEqual([{ indexes: new Map(), label: '' }]);
  });

  test('cells are as large as there is room, and can be larger and smaller', () => {
    expect(usualTile(3, 1180)).toBe(256);
    expect(usualTile(64, 390)).toBe(64);
    expect([nextTile(128, 1), nextTile(128, -1), nextTile(512, 1), nextTile(64, -1)]).toEqual([
      160, 96, 512, 64,
    ]);
  });
});
