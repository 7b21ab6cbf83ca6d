/** The ranges of what a prompt may say of itself, for every way of saying it: fields, flags in its text, the command line. */
export const limits = {
  side: [64, 4096],
  steps: [1, 150],
  guidanceScale: [0, 20],
  guidanceRescale: [0, 1],
  numFrames: [1, 1000],
  fps: [1, 120],
  /** Sliders are trained to be used far past 1, in both directions. */
  scale: [-10, 10],
  controlIndex: [0, 1],
  strength: [0, 1],
} as const satisfies Record<string, readonly [least: number, most: number]>;
