import { expect, test } from 'vitest';
import { parseS3Location } from './s3-location.ts';

test('a bucket alone is at Amazon, in the region of the environment', () => {
  expect(parseS3Location('s3://pictures', { AWS_REGION: 'eu-central-1' })).toEqual({
    bucket: 'pictures',
    prefix: '',
    endpoint: null,
    region: 'eu-central-1',
    pathStyle: false,
  });
});

test('an endpoint means path style, and a prefix always ends with a slash', () => {
  const text = 's3://pictures/darkroom/main/?endpoint=http://storage:9000&region=here';
  expect(parseS3Location(text, { AWS_REGION: 'eu-central-1' })).toEqual({
    bucket: 'pictures',
    prefix: 'darkroom/main/',
    endpoint: 'http://storage:9000',
    region: 'here',
    pathStyle: true,
  });
  expect(parseS3Location(`${text}&path_style=false`, {}).pathStyle).toBe(false);
});

test.each([
  ['gs://pictures', 'begins with "gs:"'],
  ['s3://UPPER_case', '3 to 63'],
  ['pictures', 'no URL'],
  ['s3://pictures?endpoint=storage:9000', 'http(s)'],
  ['s3://pictures?path_style=yes', 'true or false'],
  ['s3://pictures?endpont=http://storage', 'endpont'],
])('%s is refused with what is accepted', (text, words) => {
  expect(() => parseS3Location(text, {})).toThrow(words);
});

test('what is refused is not repeated: it may hold a password', () => {
  expect(() => parseS3Location('https://user:hunter2@pictures', {})).not.toThrow('hunter2');
});
