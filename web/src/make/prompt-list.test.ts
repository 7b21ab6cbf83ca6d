import { expect, test } from 'vitest';
import { lacksTrigger, promptsOf, variants } from './prompt-list.ts';

test('one prompt stays one, whatever its lines', () => {
  expect(promptsOf({ prompt: ' a\nb ', onePerLine: false })).toEqual(['a\nb']);
  expect(promptsOf({ prompt: '  \n ', onePerLine: false })).toEqual([]);
});

test('lines become prompts, without blank ones and comments', () => {
  expect(promptsOf({ prompt: 'a\n\n# no\n b', onePerLine: true })).toEqual(['a', 'b']);
});

test('braces with a bar multiply; others are text', () => {
  expect(variants('a {red | green} {x|y}')).toEqual(['a red x', 'a red y', 'a green x', 'a green y']);
  expect(variants('a {red} b')).toEqual(['a {red} b']);
});

test('more variants than anybody means stay one prompt', () => {
  expect(variants('{a|b|c|d|e}'.repeat(5))).toEqual(['{a|b|c|d|e}'.repeat(5)]);
});

test('a trigger word counts as there when it is written out, or as its placeholder', () => {
  expect(lacksTrigger(['a red apple'], 'neon')).toBe(true);
  expect(lacksTrigger(['a NEON apple'], 'neon')).toBe(false);
  expect(lacksTrigger(['an apple, [trigger]'], 'neon')).toBe(false);
  expect(lacksTrigger(['an apple'], '')).toBe(false);
});
