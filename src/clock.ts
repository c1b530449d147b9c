/** Reads the system clock as Unix time in whole seconds. */
export function currentTime(): number {
  return Math.floor(Date.now() / 1000);
}
