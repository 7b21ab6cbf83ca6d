/**
 * Where predictions are followed. The JavaScript client makes files of outputs only where the path of the stream begins with
 * `/v1/files/`, and it sends no key.
 */
export const streamPath = '/v1/files/stream-';

export const streamOf = (prediction: string): string => `${streamPath}${prediction}`;
