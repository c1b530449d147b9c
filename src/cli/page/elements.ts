/**
 * Elements of the page, made of names, attributes and text: nothing is ever parsed as HTML.
 */

/** The attributes of an element. */
type Attributes = Readonly<Record<string, string | number>>;

/** Makes an element. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  return filled(document.createElement(tag), attributes, children);
}

/** Makes an element of a drawing. */
export function drawn<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes,
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[Tag] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function filled<Made extends Element>(
  made: Made,
  attributes: Attributes,
  children: readonly (Node | string)[],
): Made {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** Makes a list of terms, each with what is said of it. */
export function descriptions(
  className: string,
  entries: readonly (readonly [term: Node | string, ...said: readonly (Node | string)[]])[],
): HTMLDListElement {
  const groups = entries.map(([term, ...said]) =>
    element('div', {}, element('dt', {}, term), element('dd', {}, ...said)),
  );
  return element('dl', { class: className }, ...groups);
}

/** Returns the element of the page that has an id. */
export function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} with the id ${id}`);
  return found;
}
