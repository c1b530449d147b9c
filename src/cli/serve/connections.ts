/**
 * The open connections of a server, and the requests on each.
 */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Exchange } from './exchange.js';

const MAX_CONNECTIONS = 4096;

interface Connection {
  /** The unanswered requests, in the order of arrival. */
  readonly exchanges: Exchange[];
  /** When the connection was opened or finished its last response. The next field counts the bytes read by then. */
  idleSince: number;
  bytesRead: number;
}

/** The open connections. */
export class Connections {
  readonly #connections = new Map<Duplex, Connection>();
  /** The connections that have not sent a request yet, the oldest first. */
  readonly #silent = new Set<Duplex>();
  readonly #onEnd: (exchange: Exchange) => void;

  /** @param onEnd - Called once per request, when the response is finished or the connection is closed. */
  constructor(onEnd: (exchange: Exchange) => void) {
    this.#onEnd = onEnd;
  }

  /** Adds a connection. At the limit, closes the oldest connection without a request, or else the new one. */
  add(socket: Socket): void {
    if (this.#connections.size >= MAX_CONNECTIONS) {
      const [oldest = socket] = this.#silent;
      oldest.destroy();
      this.#remove(oldest);
      if (oldest === socket) return;
    }
    this.#connections.set(socket, { exchanges: [], idleSince: performance.now(), bytesRead: 0 });
    this.#silent.add(socket);
    socket.once('close', () => {
      this.#remove(socket);
    });
  }

  /** Adds a request. Returns the previous request on the same connection if it is still unanswered. */
  begin(exchange: Exchange): Exchange | undefined {
    const { socket } = exchange.req;
    const exchanges = this.#connections.get(socket)?.exchanges ?? [];
    const previous = exchanges.at(-1);
    exchanges.push(exchange);
    this.#silent.delete(socket);
    exchange.on('close', () => {
      this.#end(socket, exchange);
    });
    return previous;
  }

  /** The number of unanswered requests. */
  get pending(): number {
    return Array.from(this.#connections.values()).reduce((sum, { exchanges }) => sum + exchanges.length, 0);
  }

  /** Returns the request that is being answered on a connection. */
  current(socket: Duplex): Exchange | undefined {
    return this.#connections.get(socket)?.exchanges[0];
  }

  /** Announces on every connection that it closes after its last pending response. */
  announceClose(): void {
    for (const { exchanges } of this.#connections.values()) exchanges.at(-1)?.announceClose();
  }

  /** Closes connections on which nothing has arrived and nothing was pending for `gracePeriod` milliseconds. */
  closeIdle(gracePeriod: number): void {
    const recent = performance.now() - gracePeriod;
    for (const [socket, { exchanges, idleSince, bytesRead }] of this.#connections) {
      const isIdle = exchanges.length === 0 && bytesReadOf(socket) === bytesRead;
      if (isIdle && idleSince < recent) socket.destroy();
    }
  }

  /** Closes all connections. */
  destroyAll(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }

  #end(socket: Duplex, exchange: Exchange): void {
    const connection = this.#connections.get(socket);
    const index = connection?.exchanges.indexOf(exchange) ?? -1;
    if (connection === undefined || index < 0) return;
    connection.exchanges.splice(index, 1);
    connection.idleSince = performance.now();
    connection.bytesRead = bytesReadOf(socket);
    this.#onEnd(exchange);
  }

  /** Removes a connection, and ends its queued responses, because they get no `close` event. */
  #remove(socket: Duplex): void {
    for (const exchange of [...(this.#connections.get(socket)?.exchanges ?? [])]) this.#end(socket, exchange);
    this.#connections.delete(socket);
    this.#silent.delete(socket);
  }
}

/** Returns how many bytes were read from a connection. */
export function bytesReadOf(socket: Duplex): number {
  return socket instanceof Socket ? socket.bytesRead : 0;
}
