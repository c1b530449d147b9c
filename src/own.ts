/**
 * Writing properties where a prototype may have been changed: plain assignment, and `push`, would call a setter that is
 * inherited, or fail at a value that is fixed there.
 */

/** Sets a property of an object as its own. */
export function setOwn<Target extends object, Key extends keyof Target>(
  target: Target,
  key: Key,
  value: Target[Key],
): void {
  if (key in target) {
    // Without a prototype, so that the descriptor inherits no accessor.
    const descriptor = { __proto__: null, value, configurable: true, enumerable: true, writable: true };
    Object.defineProperty(target, key, descriptor as PropertyDescriptor);
  } else {
    target[key] = value;
  }
}

/** Puts an item at the end of a list. */
export function append<Item>(list: Item[], item: Item): void {
  setOwn(list, list.length, item);
}

/** Makes a list of so many items. */
export function listOf<Item>(length: number, make: (index: number) => Item): Item[] {
  const list: Item[] = [];
  for (let index = 0; index < length; index++) append(list, make(index));
  return list;
}
