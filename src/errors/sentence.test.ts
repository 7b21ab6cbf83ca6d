import { describe, expect, test } from 'vitest';
import { loraNamed, promptNamed, type Reference, requestNamed, setting } from './reference.ts';
import { advice, plainSentence, said, sentenceSchema, wordDeep, wordSentence } from './sentence.ts';

const shout = (reference: Reference): string | null =>
  reference.of === 'request' ? reference.field.toUpperCase() : null;

test('a sentence without references is a plain string, as earlier versions have stored', () => {
  expect(said`takes ${2} of ${'three'}`).toBe('takes 2 of three');
  expect(sentenceSchema.parse('stored long ago')).toBe('stored long ago');
});

test('a dialect puts its own names in, and plain words stand where it has none', () => {
  const sentence = said`${requestNamed('kvCache')} and ${promptNamed(1, 'sampler')} were not used.`;
  expect(wordSentence(sentence, shout)).toBe('KVCACHE and the sampler of prompt 2 were not used.');
  expect(plainSentence(sentence)).toBe('The key-value cache and the sampler of prompt 2 were not used.');
});

test('it is JSON, and the same after it was stored', () => {
  const sentence = said`Of ${loraNamed(0)}.${advice` Send ${setting('expert', 'high', 'low')}.`}`;
  expect(sentenceSchema.parse(JSON.parse(JSON.stringify(sentence)))).toEqual(sentence);
  expect(() => sentenceSchema.parse({ said: [{ name: { of: 'moon' } }] })).toThrow();
});

describe('advice', () => {
  const sentence = said`No.${advice` Send ${requestNamed('baseOnly')}.`}${advice` Or ${loraNamed(null, 'path')}.`}`;

  test('is left out where a dialect has no name for what it is about', () => {
    expect(wordSentence(sentence, shout)).toBe('No. Send BASEONLY.');
    expect(plainSentence(sentence)).toBe('No.');
  });
});

test('sentences are put into others', () => {
  const inner = said`a ${requestNamed('loras')}`;
  expect(wordSentence(said`(${inner})`, shout)).toBe('(a LORAS)');
});

test('sentences among the facts of an error are worded, and nothing else is touched', () => {
  const facts = {
    at: said`${requestNamed('loras')}`,
    list: [{ path: said`${requestNamed('hubToken')}` }],
    n: null,
  };
  expect(wordDeep(facts, shout)).toEqual({ at: 'LORAS', list: [{ path: 'HUBTOKEN' }], n: null });
});
