/**
 * The log: a line of JSON for each request. A line has no URL, which may name a channel and a user, and nothing of
 * what was sent but the method and the request id.
 */
import type { Output } from '../io.js';

/** A request, from its arrival on. */
export interface Entry {
  /** Null if the head could not be read. */
  readonly method: string | null;
  /** The pattern of the path, such as `/rtm/:uid/`; null if none matches, or before it is known. */
  route: string | null;
  readonly id: string;
  /** When it arrived, in milliseconds of Unix time, and by the clock that is never set. */
  readonly arrived: number;
  readonly started: number;
}

/** What a request id may be that comes from elsewhere: nothing that a log viewer could act on, and no token. */
const SANE_ID = /^[\w.:-]{1,64}$/u;

/** Collects lines, and writes them once for each turn of the event loop. */
export class RequestLog {
  readonly #output: Output;
  #lines = '';
  /** When the request of the last line arrived, as a number and as a text: many arrive in the same millisecond. */
  #arrived = 0;
  #time = '';

  constructor(output: Output) {
    this.#output = output;
  }

  /** Notes the arrival of a request. Its id is the one that came with it, if that is sane, or else random. */
  begin(method: string | null, givenId = ''): Entry {
    return {
      method,
      route: null,
      id: SANE_ID.test(givenId) ? givenId : globalThis.crypto.randomUUID(),
      arrived: Date.now(),
      started: performance.now(),
    };
  }

  /** Writes the line of a request that is done with. */
  end({ method, route, id, arrived, started }: Entry, status: number): void {
    if (this.#lines === '')
      setImmediate(() => {
        this.flush();
      });
    if (arrived !== this.#arrived) {
      this.#arrived = arrived;
      this.#time = new Date(arrived).toISOString();
    }
    const line = {
      time: this.#time,
      method,
      route,
      status,
      durationMs: Math.round((performance.now() - started) * 1000) / 1000,
      requestId: id,
    };
    this.#lines += `${JSON.stringify(line)}\n`;
  }

  /** Writes the lines that are still waiting. */
  flush(): void {
    const lines = this.#lines;
    this.#lines = '';
    if (lines !== '') this.#output.write(lines);
  }
}
