/**
 * The HTTP server: its limits, a log line for whatever asks, and an end that loses nothing that has arrived.
 */
import { once } from 'node:events';
import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  type Server,
  STATUS_CODES,
  type ServerOptions,
  ServerResponse,
  createServer,
} from 'node:http';
import { Server as NetServer, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Entry, RequestLog } from './request-log.js';

/** A request, as `req`, and the response to it. */
export class Exchange extends ServerResponse {
  /** What its log line is made of, from the beginning on. */
  entry!: Entry;
  /** What was answered in the place of the response. */
  statusInstead: number | undefined;

  /** Adds the id of the request. Node.js writes a list of headers much faster than an object, or what was set before. */
  override writeHead(status: number, headers?: unknown): this {
    const given = (headers ?? {}) as OutgoingHttpHeaders;
    const list: unknown[] = ['X-Request-Id', this.entry.id];
    for (const name of Object.keys(given)) list.push(name, given[name]);
    return super.writeHead(status, list as OutgoingHttpHeader[]);
  }
}

/** Answers a request. */
export type Answer = (incoming: IncomingMessage, outgoing: Exchange) => void;

const OPTIONS: ServerOptions<typeof IncomingMessage, typeof Exchange> = {
  ServerResponse: Exchange,
  maxHeaderSize: 8 * 1024,
  /** For all headers, in milliseconds. */
  headersTimeout: 5000,
  /** For a whole request with its body, in milliseconds. */
  requestTimeout: 10_000,
  /** Longer than the 60 seconds after which proxies let go, so that none sends a request into a closing connection. */
  keepAliveTimeout: 65_000,
  /** How often the limits of time are checked, in milliseconds. */
  connectionsCheckingInterval: 500,
  /** A request of HTTP/1.1 without it is answered, and logged, here. */
  requireHostHeader: false,
};
const MAX_CONNECTIONS = 4096;
/** Of the number of headers, so that none is dropped unseen; `maxHeaderSize` bounds them. */
const NO_LIMIT = 0;
/** Without a byte in either direction, in milliseconds. */
const SILENCE_MS = 75_000;
/** How long a connection that failed may take to read why, in milliseconds. */
const FAREWELL_MS = 1000;

/** How long requests under way are waited for, in milliseconds; below the 10 seconds that containers are given. */
const PATIENCE_MS = 8000;
/** How often connections that have become idle are closed, in milliseconds. */
const SWEEP_MS = 100;
/** For how long after an answer the next request may be on its way, in milliseconds. */
const NEXT_REQUEST_MS = 1000;
/** How long connections are still accepted, if there is no end of them, in milliseconds. */
const LAST_CALL_MS = 4000;
/** A signal to a group of processes can arrive twice, passed on by a parent; within so many milliseconds it is one. */
const ONE_SIGNAL_MS = 50;

/** What a client that is heard of no more is logged with; nobody is sent it. */
const CLIENT_GONE = 499;

/** The statuses for what Node.js refuses by itself. */
const STATUS_OF_FAULT: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/** Where a server listens. */
export interface Address {
  readonly address: string;
  readonly port: number;
}

/** What there is to know of a connection. */
interface Connection {
  /** What is being answered, in the order of arrival. */
  readonly exchanges: Exchange[];
  /** When it was made or the last answer was done with, and how many bytes had been read by then. */
  quietSince: number;
  bytesRead: number;
}

/** A server, listening from {@link Listener.listen} to {@link Listener.stop}. */
export class Listener {
  readonly #server: Server<typeof IncomingMessage, typeof Exchange>;
  readonly #answer: Answer;
  readonly #log: RequestLog;
  /** What arrived in this turn of the event loop. */
  #arrived: Exchange[] = [];
  readonly #connections = new Map<Duplex, Connection>();
  /** Those on which nothing was asked yet, the oldest first. */
  readonly #silent = new Set<Duplex>();
  /** How many connections there were so far. */
  #admitted = 0;
  readonly #closed: Promise<void>;
  #stopped: number | undefined;

  constructor(answer: Answer, log: RequestLog) {
    this.#answer = answer;
    this.#log = log;
    const server = createServer(OPTIONS, ({ httpVersion, headers }, exchange) => {
      this.#begin(exchange);
      if (httpVersion === '1.1' && headers.host === undefined) {
        exchange.writeHead(400, { Connection: 'close' }).end();
      } else {
        this.#answerSoon(exchange);
      }
    });
    server.maxHeadersCount = NO_LIMIT;
    server.timeout = SILENCE_MS;
    server.on('connection', (socket: Socket) => {
      this.#admit(socket);
    });
    // A connection that cannot be accepted is no reason to end those that are there.
    server.on('error', () => undefined);
    server.on('checkExpectation', (_, exchange) => {
      this.#begin(exchange);
      exchange.writeHead(417, { Connection: 'close' }).end();
    });
    server.on('connect', ({ method }, socket) => {
      this.#log.end(this.#log.begin(method ?? null), 405);
      farewell(socket, 405);
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      this.#fail(socket, error.code);
    });
    this.#closed = new Promise((resolve) => server.once('close', resolve));
    this.#server = server;
  }

  /** Listens, and returns where; rejects with what Node.js says. */
  async listen(port: number, host: string): Promise<Address> {
    this.#server.listen({ port, host });
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('no address of a port');
    return address;
  }

  /** Settles once the server was stopped and its last connection has ended. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** How many requests are being answered. */
  get pending(): number {
    return Array.from(this.#connections.values()).reduce((sum, { exchanges }) => sum + exchanges.length, 0);
  }

  /**
   * Stops: accepts no connection, answers what has arrived, and closes each connection once nothing is under way on
   * it. What is left after 8 seconds, or when it is called again, is cut off.
   */
  stop(): void {
    if (this.#stopped !== undefined) {
      if (performance.now() - this.#stopped > ONE_SIGNAL_MS) this.#cutOff();
      return;
    }
    this.#stopped = performance.now();
    // Keeps the process until then, since a second signal would kill one that is at its end.
    setTimeout(() => undefined, ONE_SIGNAL_MS);
    for (const { exchanges } of this.#connections.values()) {
      const last = exchanges.at(-1);
      if (last !== undefined) announceEnd(last);
    }
    const patience = setTimeout(() => {
      this.#cutOff();
    }, PATIENCE_MS);
    void this.#closed.then(() => {
      clearTimeout(patience);
    });
    setImmediate(() => {
      this.#closeOnceQuiet();
    });
  }

  /**
   * Stops to listen once a turn of the event loop has brought no connection: until then there may be some that were
   * made before, of which each turn brings one.
   */
  #closeOnceQuiet(): void {
    const before = this.#admitted;
    setImmediate(() => {
      if (this.#admitted > before && performance.now() - (this.#stopped ?? 0) < LAST_CALL_MS) {
        this.#closeOnceQuiet();
        return;
      }
      // To close it as an HTTP server would also end connections on which a request is on its way.
      NetServer.prototype.close.call(this.#server);
      this.#sweep();
    });
  }

  /** Closes what is idle, now and then, until nothing is left. */
  #sweep(): void {
    const sweep = setInterval(() => {
      // By then whatever has arrived is read, however long this process had to wait for its turn.
      setImmediate(() => {
        this.#closeIdle();
      });
    }, SWEEP_MS);
    void this.#closed.then(() => {
      clearInterval(sweep);
    });
  }

  /** Lets a connection in; beyond the limit, in the place of one on which nothing was asked yet, or not at all. */
  #admit(socket: Socket): void {
    this.#admitted++;
    if (this.#connections.size >= MAX_CONNECTIONS) {
      const [oldest = socket] = this.#silent;
      oldest.destroy();
      this.#forget(oldest);
      if (oldest === socket) return;
    }
    this.#connections.set(socket, { exchanges: [], quietSince: performance.now(), bytesRead: 0 });
    this.#silent.add(socket);
    socket.once('close', () => {
      this.#forget(socket);
    });
  }

  #begin(exchange: Exchange): void {
    const { socket, method, headers } = exchange.req;
    exchange.entry = this.#log.begin(method ?? null, headers['x-request-id']?.toString());
    const exchanges = this.#connections.get(socket)?.exchanges ?? [];
    if (this.#stopped !== undefined) announceEnd(exchange, exchanges.at(-1));
    exchanges.push(exchange);
    this.#silent.delete(socket);
    exchange.on('close', () => {
      this.#end(socket, exchange);
    });
  }

  /**
   * Has all that arrives in a turn of the event loop answered together. Step by step they then go side by side, and
   * what a step needs is in the processor's caches from the second one on, which more than halves the time.
   */
  #answerSoon(exchange: Exchange): void {
    if (this.#arrived.push(exchange) > 1) return;
    setImmediate(() => {
      const arrived = this.#arrived;
      this.#arrived = [];
      for (const arrival of arrived) this.#answer(arrival.req, arrival);
    });
  }

  #end(socket: Duplex, exchange: Exchange): void {
    const connection = this.#connections.get(socket);
    const index = connection?.exchanges.indexOf(exchange) ?? -1;
    if (connection === undefined || index < 0) return;
    connection.exchanges.splice(index, 1);
    connection.quietSince = performance.now();
    connection.bytesRead = bytesReadOf(socket);
    this.#log.end(exchange.entry, statusOf(exchange));
  }

  /** Forgets a connection; what was waiting for its turn on it is not told of its end. */
  #forget(socket: Duplex): void {
    for (const exchange of [...(this.#connections.get(socket)?.exchanges ?? [])]) this.#end(socket, exchange);
    this.#connections.delete(socket);
    this.#silent.delete(socket);
  }

  /** Ends a connection on which something came that is no HTTP, or too much, or too slowly. */
  #fail(socket: Duplex, code: string | undefined): void {
    const [current] = this.#connections.get(socket)?.exchanges ?? [];
    const isSilent = bytesReadOf(socket) === 0;
    if (code === 'ECONNRESET' || !socket.writable || isSilent || current?.headersSent === true) {
      socket.destroy();
      return;
    }
    const status = STATUS_OF_FAULT[code ?? ''] ?? 400;
    if (current === undefined) this.#log.end(this.#log.begin(null), status);
    else current.statusInstead = status;
    farewell(socket, status);
  }

  /** Closes connections on which nothing is under way: no request, no part of one, and most likely no next one. */
  #closeIdle(): void {
    const recent = performance.now() - NEXT_REQUEST_MS;
    for (const [socket, { exchanges, quietSince, bytesRead }] of this.#connections) {
      const isQuiet = exchanges.length === 0 && bytesReadOf(socket) === bytesRead;
      if (isQuiet && quietSince < recent) socket.destroy();
    }
  }

  #cutOff(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }
}

function bytesReadOf(socket: Duplex): number {
  return socket instanceof Socket ? socket.bytesRead : 0;
}

/** Returns what was answered; what is written to a client that is gone is not. */
function statusOf({ req, headersSent, statusCode, statusInstead }: Exchange): number {
  if (statusInstead !== undefined) return statusInstead;
  const isGone = req.destroyed && !req.complete;
  return headersSent && !isGone ? statusCode : CLIENT_GONE;
}

/** Makes a response the last one of its connection, instead of an earlier one that still waits to be sent. */
function announceEnd(last: Exchange, earlier?: Exchange): void {
  if (earlier?.headersSent === false) earlier.removeHeader('Connection');
  if (!last.headersSent) last.setHeader('Connection', 'close');
}

/** Answers a connection that has no response to do so, and closes it. */
function farewell(socket: Duplex, status: number): void {
  socket.on('error', () => socket.destroy());
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`;
  socket.end(`${head}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  if (socket instanceof Socket) socket.setTimeout(FAREWELL_MS, () => socket.destroy());
}
