/**
 * Graceful shutdown: stops accepting connections, answers the requests that have arrived, and closes idle connections.
 */
import { Server } from 'node:net';
import type { Connections } from './connections.js';

/** When all connections are closed, in milliseconds after the start. Containers are killed after 10 seconds. */
const TIMEOUT_MS = 8000;
/** The interval between checks for idle connections, in milliseconds. */
const SWEEP_MS = 100;
/** How long to wait for the next request on an idle connection, in milliseconds. */
const NEXT_REQUEST_MS = 1000;
/** The maximum time to keep accepting connections while new ones arrive, in milliseconds. */
const ACCEPT_MS = 4000;
/** Repeated signals within this time, in milliseconds, count once: a parent may forward a signal sent to its group. */
const SAME_SIGNAL_MS = 50;

/** The shutdown of a server. */
export class Shutdown {
  readonly #server: Server;
  readonly #connections: Connections;
  /** Settles when the server has shut down and its last connection is closed. */
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

  /** Starts the shutdown. A second call closes all connections at once. */
  start(): void {
    if (this.#startedAt !== undefined) {
      if (performance.now() - this.#startedAt > SAME_SIGNAL_MS) this.#connections.destroyAll();
      return;
    }
    this.#startedAt = performance.now();
    // This timer keeps the process alive for SAME_SIGNAL_MS, so that a repeated signal cannot kill it while exiting.
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
   * Stops listening once a turn of the event loop brings no new connection. Clients may have opened connections before
   * the shutdown, and each turn accepts only one of them.
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
      // Do not call `close` of the HTTP server: it would also close connections on which a request is arriving.
      Server.prototype.close.call(this.#server);
      this.#sweep();
    });
  }

  /** Closes idle connections until none is left. */
  #sweep(): void {
    const sweep = setInterval(() => {
      // Wait until the input of this turn is read, because a request may have arrived while the process was busy.
      setImmediate(() => {
        this.#connections.closeIdle(NEXT_REQUEST_MS);
      });
    }, SWEEP_MS);
    void this.closed.then(() => {
      clearInterval(sweep);
    });
  }
}
