import { describe, expect, test } from 'vitest';
import { nameFormat } from './name-format.ts';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const box = (...brands: string[]): Buffer =>
  Buffer.concat([
    Buffer.from([0, 0, 0, 8 + 4 * brands.length]),
    latin(`ftyp${brands.join('')}`),
    Buffer.alloc(64),
  ]);

test.each([
  ['png', latin('\x89PNG\r\n\x1a\n')],
  ['jpeg', latin('\xff\xd8\xff\xe0')],
  ['gif', latin('GIF89a')],
  ['webp', latin('RIFF\0\0\0\0WEBPVP8 ')],
  ['tiff', latin('II*\0')],
  ['tiff', latin('MM\0+')],
  ['avif', box('avif', '\0\0\0\0', 'mif1', 'miaf')],
  ['avif', box('mif1', '\0\0\0\0', 'avif')],
  ['bmp', Buffer.concat([latin('BM'), Buffer.alloc(12), Buffer.from([40, 0, 0, 0]), Buffer.alloc(20)])],
])('%s is read', (format, bytes) => {
  expect(nameFormat(bytes)).toBe(format);
});

describe('is refused by its name, with what to do:', () => {
  test.each([
    ['HEIC', 'Most Compatible', box('heic', '\0\0\0\0', 'mif1', 'heic')],
    ['HEIC', 'JPEG or PNG', box('mif1', '\0\0\0\0', 'heix')],
    ['HEIF', 'JPEG or PNG', box('mif1', '\0\0\0\0', 'miaf')],
    ['JPEG XL', 'JPEG or PNG', latin('\xff\x0a\xfa\x1f')],
    ['JPEG XL', 'JPEG or PNG', latin('\0\0\0\x0cJXL \r\n\x87\n')],
    ['JPEG 2000', 'JPEG or PNG', latin('\0\0\0\x0cjP  \r\n\x87\n')],
    ['SVG', 'PNG', latin('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['SVG', 'PNG', latin('\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made by -->\n<svg/>')],
    ['PDF', 'PNG', latin('%PDF-1.7')],
    ['PSD', 'PNG', latin('8BPS\0\x01')],
    ['XCF', 'PNG', latin('gimp xcf v011')],
    ['CR3', 'Develop', box('crx ', '\0\0\0\0', 'isom')],
    ['RAF', 'Develop', latin('FUJIFILMCCD-RAW 0201')],
    ['video', 'frame', box('isom', '\0\0\0\0', 'mp42')],
    ['AVI', 'frame', latin('RIFF\0\0\0\0AVI LIST')],
    ['WebM', 'frame', latin('\x1a\x45\xdf\xa3')],
    ['ICO', 'PNG', latin('\0\0\x01\0\x01\0')],
    ['OpenEXR', 'PNG', latin('\x76\x2f\x31\x01')],
    ['Netpbm', 'PNG', latin('P6\n3 2\n255\n')],
    ['ZIP', 'picture itself', latin('PK\x03\x04')],
    ['web page', 'address of the picture', latin('\n<!DOCTYPE html><html>')],
    ['JSON', 'PNG', latin('{"error":"not found"}')],
    ['BM', 'PNG', latin('BM, that is how many a text begins')],
    ['empty', '', Buffer.alloc(0)],
  ])('%s', (name, advice, bytes) => {
    const refused = () => nameFormat(bytes);
    if (name !== 'BM') expect(refused).toThrow(name);
    expect(refused).toThrow(advice);
  });
});
