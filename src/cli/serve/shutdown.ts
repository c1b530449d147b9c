/**
 * Graceful shutdown: accepts no connection, answers every request that has arrived, then closes the connections.
 */
import { Server } from 'node:net';
import type { Connections } from './connections.js';

/** After this time, in milliseconds, connections are closed; containers are killed after 10 seconds. */
const TIMEOUT_MS = 8000;
/** How often idle connections are closed, in milliseconds. */
const SWEEP_MS = 100;
/** How long after a response the next request may be on its way, in milliseconds. */
const NEXT_REQUEST_MS = 1000;
/** How long connections are accepted at most, in milliseconds, if new ones keep coming. */
const ACCEPT_MS = 4000;
/** A parent process may pass on a signal that its group got as well; within this time, in milliseconds, it counts once. */
const SAME_SIGNAL_MS = 50;

/** The shutdown of a server. */
export class Shutdown {
  readonly #server: Server;
  readonly #connections: Connections;
  /** Settles when the server is shut down and its last connection closed. */
  readonly closed: Promise<void>;
  #startedAt: number | undefined;

  constructor(server: Server, connections: Connections) {
    this.#server = server;
    this.#connections = connections;
    this.closed = new Promise((resolve) => server.once('close', resolve));
  }

  get isStarted(): boolean {
    return this.#startedAt !== undefined;
  }

  /** Starts the shutdown; if called again, closes all connections at once. */
  start(): void {
    if (this.#startedAt !== undefined) {
      if (performance.now() - this.#startedAt > SAME_SIGNAL_MS) this.#connections.destroyAll();
      return;
    }
    this.#startedAt = performance.now();
    // Keeps the process alive until then: at its exit, the same signal again would kill it.
    setTimeout(() => undefined, SAME_SIGNAL_MS);
    this.#connections.announceClose();
    const timeout = setTimeout(() => {
      this.#connections.destroyAll();
    }, TIMEOUT_MS);
    void this.closed.then(() => {
      clearTimeout(timeout);
    });
    setImmediate(() => {
      this.#closeAfterBacklog(performance.now() + ACCEPT_MS);
    });
  }

  /**
   * Stops listening after a turn of the event loop without a new connection. Each turn accepts one of the connections
   * that clients had opened before the shutdown.
   */
  #closeAfterBacklog(deadline: number): void {
    let hasConnection = false;
    const onConnection = (): void => {
      hasConnection = true;
    };
    this.#server.once('connection', onConnection);
    setImmediate(() => {
      this.#server.off('connection', onConnection);
      if (hasConnection && performance.now() < deadline) {
        this.#closeAfterBacklog(deadline);
        return;
      }
      // The method of an HTTP server would also close connections on which a request is arriving.
      Server.prototype.close.call(this.#server);
      this.#sweep();
    });
  }

  /** Closes idle connections until none is left. */
  #sweep(): void {
    const sweep = setInterval(() => {
      // After the input of this turn, so that a request which waited for a busy process is read first.
      setImmediate(() => {
        this.#connections.closeIdle(NEXT_REQUEST_MS);
      });
    }, SWEEP_MS);
    void this.closed.then(() => {
      clearInterval(sweep);
    });
  }
}
