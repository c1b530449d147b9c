/**
 * The log: one line of JSON per request. Of the request itself, it contains only the method and the request id: a URL
 * may contain a channel and a user.
 */
import type { Output } from '../io.js';

/** A request in the log. */
export interface Entry {
  /** Null if the request line is invalid. */
  readonly method: string | null;
  /** The pattern of the path, such as `/rtm/:uid/`; null if none matches, and before routing. */
  route: string | null;
  readonly id: string;
  /** The arrival in milliseconds: Unix time, and the monotonic clock for the duration. */
  readonly arrivedAt: number;
  readonly startedAt: number;
}

/** Request ids that are taken over from the client: without control characters, and too short for a token. */
const VALID_ID = /^[\w.:-]{1,64}$/u;

/** The log, which writes its lines once per turn of the event loop. */
export class RequestLog {
  readonly #output: Output;
  #lines = '';
  /** The last arrival as a number and as a string, since many requests arrive in the same millisecond. */
  #arrivedAt = 0;
  #time = '';

  constructor(output: Output) {
    this.#output = output;
  }

  /** Creates the entry of a request, with the id of the client if it is valid, or else a random one. */
  begin(method: string | null, givenId = ''): Entry {
    return {
      method,
      route: null,
      id: VALID_ID.test(givenId) ? givenId : globalThis.crypto.randomUUID(),
      arrivedAt: Date.now(),
      startedAt: performance.now(),
    };
  }

  /** Writes the line of a finished request. */
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
