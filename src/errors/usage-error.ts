/** A command that cannot do what it was asked, for a reason the user can act on: shown without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
