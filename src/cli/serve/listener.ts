/**
 * The HTTP server, with limits, a request log, and responses to invalid HTTP.
 */
import { once } from 'node:events';
import { type IncomingMessage, STATUS_CODES, type Server, type ServerOptions, createServer } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Answer, AnswerBatch } from './answer-batch.js';
import { Connections, bytesReadOf } from './connections.js';
import { Exchange } from './exchange.js';
import type { RequestLog } from './request-log.js';
import { Shutdown } from './shutdown.js';

/** Times are in milliseconds. */
const OPTIONS: ServerOptions<typeof IncomingMessage, typeof Exchange> = {
  ServerResponse: Exchange,
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5000,
  /** The time limit for a whole request, including the body. */
  requestTimeout: 10_000,
  /** Longer than most proxies' 60 seconds, so that a proxy never reuses a connection while it is being closed. */
  keepAliveTimeout: 65_000,
  /** How often the time limits are checked. */
  connectionsCheckingInterval: 500,
  /** Lets the listener answer and log requests without a Host header, which Node.js would reject itself. */
  requireHostHeader: false,
};
/** No limit: Node.js would silently drop the headers beyond it. `maxHeaderSize` bounds the headers instead. */
const MAX_HEADERS_COUNT = 0;
/** How long a connection may be idle, in milliseconds. */
const IDLE_MS = 75_000;
/** How long a client may take to read an error response, in milliseconds. */
const ERROR_RESPONSE_MS = 1000;

/** The response status for each error code of Node.js. */
const STATUS_OF_ERROR: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/** The address that a server listens on. */
export interface Address {
  readonly address: string;
  readonly port: number;
}

/** A server that listens from {@link Listener.listen} until {@link Listener.stop}. */
export class Listener {
  readonly #server: Server<typeof IncomingMessage, typeof Exchange>;
  readonly #log: RequestLog;
  readonly #connections: Connections;
  readonly #shutdown: Shutdown;

  constructor(answer: Answer, log: RequestLog) {
    const batch = new AnswerBatch(answer);
    this.#log = log;
    this.#connections = new Connections(({ entry, loggedStatus }) => {
      log.end(entry, loggedStatus);
    });
    const server = createServer(OPTIONS, ({ httpVersion, headers }, exchange) => {
      this.#begin(exchange);
      if (httpVersion === '1.1' && headers.host === undefined) {
        exchange.writeHead(400, { Connection: 'close' }).end();
      } else {
        batch.add(exchange);
      }
    });
    server.maxHeadersCount = MAX_HEADERS_COUNT;
    server.timeout = IDLE_MS;
    server.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
    });
    // Ignore errors while accepting a connection; other connections are not affected.
    server.on('error', () => undefined);
    server.on('checkExpectation', (_, exchange) => {
      this.#begin(exchange);
      exchange.writeHead(417, { Connection: 'close' }).end();
    });
    server.on('connect', ({ method }, socket) => {
      log.end(log.begin(method ?? null), 405);
      closeWithStatus(socket, 405);
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      this.#closeInvalid(socket, error.code);
    });
    this.#server = server;
    this.#shutdown = new Shutdown(server, this.#connections);
  }

  /** Starts to listen, and returns the address. Rejects with the original Node.js error. */
  async listen(port: number, host: string): Promise<Address> {
    this.#server.listen({ port, host });
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('no address of a port');
    return address;
  }

  /** Settles when the server has stopped and its last connection is closed. */
  get closed(): Promise<void> {
    return this.#shutdown.closed;
  }

  /** The number of unanswered requests. */
  get pending(): number {
    return this.#connections.pending;
  }

  /** Stops the server gracefully within 8 seconds. A second call stops it at once. */
  stop(): void {
    this.#shutdown.start();
  }

  #begin(exchange: Exchange): void {
    const { method, headers } = exchange.req;
    exchange.entry = this.#log.begin(method ?? null, headers['x-request-id']?.toString());
    const previous = this.#connections.begin(exchange);
    if (this.#shutdown.isStarted) exchange.announceClose(previous);
  }

  /** Closes a connection whose input is invalid, too large or too slow. Sends an error response and logs it. */
  #closeInvalid(socket: Duplex, code: string | undefined): void {
    const current = this.#connections.current(socket);
    const isSilent = bytesReadOf(socket) === 0;
    if (code === 'ECONNRESET' || !socket.writable || isSilent || current?.headersSent === true) {
      socket.destroy();
      return;
    }
    const status = STATUS_OF_ERROR[code ?? ''] ?? 400;
    if (current === undefined) this.#log.end(this.#log.begin(null), status);
    else current.statusInstead = status;
    closeWithStatus(socket, status);
  }
}

/** Writes a response without a body to a socket, and closes the socket. */
function closeWithStatus(socket: Duplex, status: number): void {
  socket.on('error', () => socket.destroy());
  const statusLine = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`;
  socket.end(`${statusLine}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  if (socket instanceof Socket) socket.setTimeout(ERROR_RESPONSE_MS, () => socket.destroy());
}
