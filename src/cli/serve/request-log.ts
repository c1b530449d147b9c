/**
 * The request log: one line of JSON per request. URLs and headers are not logged, because they may contain channels,
 * users and secrets; the request id is the only exception.
 */
import type { Output } from '../io.js';

/** The log entry for a request. */
export interface Entry {
  /** Null if the request line is invalid. */
  readonly method: string | null;
  /** The matching route pattern, such as `/rtm/:uid/`; null if no route matches, and before routing. */
  route: string | null;
  readonly id: string;
  /** The time of arrival in milliseconds: Unix time here, the monotonic clock in the next field. */
  readonly arrivedAt: number;
  readonly startedAt: number;
}

/** Request ids accepted from clients: they contain no control characters and are too short for a token. */
const VALID_ID = /^[\w.:-]{1,64}$/u;

/** The request log. It writes its lines once per turn of the event loop. */
export class RequestLog {
  readonly #output: Output;
  #lines = '';
  /** The last arrival time, cached with its string, since many requests arrive in the same millisecond. */
  #arrivedAt = 0;
  #time = '';

  constructor(output: Output) {
    this.#output = output;
  }

  /** Creates the entry for a request, with the client's request id if valid, or else a random id. */
  begin(method: string | null, givenId = ''): Entry {
    return {
      method,
      route: null,
      id: VALID_ID.test(givenId) ? givenId : globalThis.crypto.randomUUID(),
      arrivedAt: Date.now(),
      startedAt: performance.now(),
    };
  }

  /** Adds the line for a finished request. */
  end({ method, route, id, arrivedAt, startedAt }: Entry, status: number): void {
    if (this.#lines === '')
      setImmediate(() => {
        this.flush();
      });
    if (arrivedAt !== this.#arrivedAt) {
      this.#arrivedAt = arrivedAt;
      this.#time = new Date(arrivedAt).toISOString();
    }
    const line = {
      time: this.#time,
      method,
      route,
      status,
      durationMs: Math.round((performance.now() - startedAt) * 1000) / 1000,
      requestId: id,
    };
    this.#lines += `${JSON.stringify(line)}\n`;
  }

  /** Writes the pending lines. */
  flush(): void {
    const lines = this.#lines;
    this.#lines = '';
    if (lines !== '') this.#output.write(lines);
  }
}
