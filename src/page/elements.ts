/**
 * Creates elements from names, attributes and text. Nothing is parsed as HTML.
 */

type Attributes = Readonly<Record<string, string | number>>;

/** Creates an HTML element. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  return filled(document.createElement(tag), attributes, children);
}

/** Creates an SVG element. */
export function svgElement<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes,
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[Tag] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function filled<Created extends Element>(
  created: Created,
  attributes: Attributes,
  children: readonly (Node | string)[],
): Created {
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, String(value));
  created.append(...children);
  return created;
}

/** A term and its description. */
export type Description = readonly [term: Node | string, ...description: readonly (Node | string)[]];

/** Creates a description list. */
export function descriptionList(className: string, entries: readonly Description[]): HTMLDListElement {
  const groups = entries.map(([term, ...description]) =>
    element('div', {}, element('dt', {}, term), element('dd', {}, ...description)),
  );
  return element('dl', { class: className }, ...groups);
}

/** Returns the page element with the given id. */
export function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} with the id ${id}`);
  return found;
}
