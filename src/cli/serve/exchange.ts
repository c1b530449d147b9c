/**
 * A request and the response to it.
 */
import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Entry } from './request-log.js';

/** The status to log if the client disconnects before the response, as in nginx. It is never sent. */
const CLIENT_CLOSED_REQUEST = 499;

/** A response. Its property `req` is the request. */
export class Exchange extends ServerResponse {
  /** The log entry, set when the request arrives. */
  entry!: Entry;
  /** The status that was written directly to the socket instead of this response. */
  statusInstead: number | undefined;

  /** Adds the request id. Passes the headers as a list, which Node.js writes much faster than an object. */
  override writeHead(status: number, headers?: unknown): this {
    const given = (headers ?? {}) as OutgoingHttpHeaders;
    const list: unknown[] = ['X-Request-Id', this.entry.id];
    for (const name of Object.keys(given)) list.push(name, given[name]);
    return super.writeHead(status, list as OutgoingHttpHeader[]);
  }

  /** The status to log. */
  get loggedStatus(): number {
    if (this.statusInstead !== undefined) return this.statusInstead;
    const isClientGone = this.req.destroyed && !this.req.complete;
    return this.headersSent && !isClientGone ? this.statusCode : CLIENT_CLOSED_REQUEST;
  }

  /** Makes this response the last one on its connection, instead of an unsent earlier one. */
  announceClose(earlier?: Exchange): void {
    if (earlier?.headersSent === false) earlier.removeHeader('Connection');
    if (!this.headersSent) this.setHeader('Connection', 'close');
  }
}
