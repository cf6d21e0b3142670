/** A failure that a person can mend; its message is all they need, so no stack is printed. */
export class SetupError extends Error {
  name = 'SetupError';
}
