/**
 * What a route is, so that one file alone has to know the framework.
 */

/** A request, as the framework gives it to a route. */
export interface Incoming {
  readonly raw: Request;
  /** Returns a part of the path by its name, decoded. */
  param(name: string): string | undefined;
  /** Returns a part of the query by its name, decoded. */
  query(name: string): string | undefined;
  /** Reads the whole body, even if it was read before. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A path, and what answers at it, whatever the method. */
export interface Route {
  readonly path: string;
  respond(incoming: Incoming): Response | Promise<Response>;
}
