/** What the paths of this API begin with, as its answers name them. */
export const prefix = '/replicate/v1';
