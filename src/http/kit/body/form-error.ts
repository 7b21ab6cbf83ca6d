/** Whether an error says what is wrong about a multipart body: those of its parser have no code. */
export const isOfForm = (error: Error): boolean =>
  'statusCode' in error || (!('code' in error) && /multipart|part header|boundary/i.test(error.message));
