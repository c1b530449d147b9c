/**
 * How a command ends.
 */

/** The exit codes. */
export const Exit = { Good: 0, BadToken: 1, WrongUsage: 2 } as const;
export type Exit = (typeof Exit)[keyof typeof Exit];

/** Wrong usage: its message is one line that names the way out, and is all that the user sees. */
export class UsageError extends Error {}
