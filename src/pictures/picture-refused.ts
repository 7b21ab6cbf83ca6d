/** A picture that cannot be taken. The message continues “prompts[0] control image 1 cannot be used: ” and has no full stop. */
export class PictureRefused extends Error {
  override readonly name = 'PictureRefused';
}

/** For data that ends early or contradicts itself. */
export const damaged = (format: string): PictureRefused =>
  new PictureRefused(`its ${format} data is cut short or damaged`);
