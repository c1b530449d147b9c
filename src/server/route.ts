/**
 * Routes and requests, independent of the framework.
 */
import type { Answers } from './answers.js';

/** A request, as the framework passes it to a route. */
export interface Incoming {
  readonly raw: Request;
  /** Returns a decoded path parameter. */
  param(name: string): string | undefined;
  /** Returns a decoded query parameter. */
  query(name: string): string | undefined;
  /** Reads the whole body, even if it has already been read. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Answers a request. */
export type Respond = (incoming: Incoming) => Response | Promise<Response>;

/** A path, and the function that answers requests to it, for every method. */
export interface Route {
  readonly path: string;
  readonly respond: Respond;
}

/** Creates a route that supports the given methods and OPTIONS. */
export function routeFor(answers: Answers, path: string, methods: readonly string[], respond: Respond): Route {
  const allowed = [...methods, 'OPTIONS'].join(', ');
  return {
    path,
    respond(incoming) {
      const { raw } = incoming;
      if (methods.includes(raw.method)) return respond(incoming);
      if (raw.method === 'OPTIONS') return answers.preflight(raw, 204, allowed);
      return answers.wrongMethod(raw, allowed);
    },
  };
}
