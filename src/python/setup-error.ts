/** A set-up step that cannot go on. The message says what is missing and the command that mends it. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}
