/**
 * Tells whether a name in a token matches an expected name. In a token, `''` matches any name, and `*` matches any
 * number of characters: `1*a*2` matches `12a2`. The time is linear in the length of both strings.
 */
export function matchesName(pattern: string, name: string): boolean {
  if (pattern === '' || pattern === name) return true;
  const [prefix = '', ...parts] = pattern.split('*');
  const suffix = parts.pop();
  if (suffix === undefined) return false; // no wildcard
  if (!name.startsWith(prefix)) return false;
  // The leftmost match of each part leaves the most room for the next part.
  let end = prefix.length;
  for (const part of parts) {
    const start = indexOf(name, part, end);
    if (start < 0) return false;
    end = start + part.length;
  }
  return name.length - suffix.length >= end && name.endsWith(suffix);
}

/** Knuth–Morris–Pratt search in linear time. `String#indexOf` may take the product of both lengths. */
function indexOf(text: string, part: string, from: number): number {
  const borders = bordersOf(part);
  let matched = 0;
  for (let index = from; matched < part.length; index++) {
    if (index >= text.length) return -1;
    matched = advance(part, borders, matched, text.charAt(index));
    from = index + 1 - matched;
  }
  return from;
}

/** Returns, for each prefix, the length of its longest proper prefix that is also its suffix. */
function bordersOf(part: string): Uint32Array {
  const borders = new Uint32Array(part.length);
  for (let length = 2; length < part.length; length++) {
    borders[length] = advance(part, borders, borders[length - 1] ?? 0, part.charAt(length - 1));
  }
  return borders;
}

/** Returns the number of characters of `part` that match after one more character. */
function advance(part: string, borders: Uint32Array, matched: number, character: string): number {
  while (part.charAt(matched) !== character) {
    if (matched === 0) return 0;
    matched = borders[matched] ?? 0;
  }
  return matched + 1;
}
