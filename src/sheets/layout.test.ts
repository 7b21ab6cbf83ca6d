import { expect, test } from 'vitest';
import { layOut, usualLayout, wrap } from './layout.ts';
import type { SheetAxis } from './sheet.ts';

const axis = (id: string, count: number, along: string | null = null): SheetAxis => ({
  id,
  name: id,
  along,
  labels: Array.from({ length: count }, (_, index) => `${id} ${index}`),
});
const prompts = axis('prompt', 3);
const seeds = axis('seed', 3, 'prompt');
const loras = axis('lora', 2);
const steps = axis('steps', 2);

test('rows, columns and pages, with pairs beside their partner', () => {
  const layout = { rows: ['prompt'], columns: ['lora'], pages: ['steps'], tile: 100 };
  const [picture, ...more] = layOut([prompts, seeds, loras, steps], layout, 2);
  expect(more).toEqual([]);
  expect(picture?.cells.map(({ place }) => place.join())).toEqual([
    ...['0,0,0,0', '0,0,1,0', '1,1,0,0', '1,1,1,0', '2,2,0,0', '2,2,1,0'],
    ...['0,0,0,1', '0,0,1,1', '1,1,0,1', '1,1,1,1', '2,2,0,1', '2,2,1,1'],
  ]);
  expect(picture?.cells[0]).toMatchObject({ width: 100, height: 50 });
  const labels = picture?.labels.map(({ lines }) => lines.join(' ')) ?? [];
  expect(labels).toContain('prompt 1 · seed 1');
  expect(labels.filter((label) => label === 'lora 1')).toHaveLength(2);
  expect(labels).toContain('steps 1');
});

test('nothing overlaps, and all is inside', () => {
  const [picture] = layOut(
    [prompts, loras, steps],
    { ...usualLayout([prompts, loras, steps]), tile: 80 },
    0.5,
  );
  const all = [...(picture?.cells ?? []), ...(picture?.labels ?? [])];
  for (const [index, one] of all.entries()) {
    expect(one.x + one.width).toBeLessThanOrEqual(picture?.width ?? 0);
    expect(one.y + one.height).toBeLessThanOrEqual(picture?.height ?? 0);
    for (const other of all.slice(index + 1)) {
      const isApart =
        one.x + one.width <= other.x ||
        other.x + other.width <= one.x ||
        one.y + one.height <= other.y ||
        other.y + other.height <= one.y;
      expect(isApart, JSON.stringify([one, other])).toBe(true);
    }
  }
});

test('tiles shrink until all fits, then it becomes several pictures', () => {
  const wide = [axis('a', 20), axis('b', 20)];
  const layout = { ...usualLayout(wide), tile: 384 };
  const [whole, ...more] = layOut(wide, layout, 1, { pixels: 4_000_000, side: 4000 });
  expect(more).toEqual([]);
  expect(whole?.cells).toHaveLength(400);
  expect((whole?.width ?? 0) * (whole?.height ?? 0)).toBeLessThanOrEqual(4_000_000);
  const limits = { pixels: 200_000, side: 600 };
  const parts = layOut(wide, layout, 1, limits);
  expect(parts.length).toBeGreaterThan(1);
  for (const { width, height } of parts) {
    expect(Math.max(width, height)).toBeLessThanOrEqual(limits.side);
    expect(width * height).toBeLessThanOrEqual(limits.pixels);
  }
  const places = parts.flatMap(({ cells }) => cells.map(({ place }) => place.join()));
  expect(new Set(places).size).toBe(400);
  expect(places).toHaveLength(400);
});

test('one axis stands across, and labels are cut where they are too long', () => {
  expect(usualLayout([loras])).toEqual({ rows: [], columns: ['lora'], pages: [] });
  expect(wrap('a short one', 200)).toEqual(['a short one']);
  const lines = wrap('a very long prompt that goes on and on and on and says more than fits', 100);
  expect(lines).toHaveLength(3);
  expect(lines.at(-1)).toMatch(/…$/);
  expect(wrap('', 100)).toEqual([]);
});
