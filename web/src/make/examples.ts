/** Pictures that ship with the page. Each file says itself how it was made. */
export const examples = [
  { file: '/examples/apple.png', prompt: 'a red apple', note: 'no LoRA' },
  { file: '/examples/apple-neon.png', prompt: 'a red apple, neonglow', note: 'with a LoRA' },
  { file: '/examples/cat-sketch.png', prompt: 'a cat face, pencilsketch', note: 'with a LoRA' },
  { file: '/examples/snowman.png', prompt: 'a snowman on a green background', note: 'no LoRA' },
] as const;
