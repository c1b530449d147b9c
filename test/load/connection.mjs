/** A minimal HTTP/1.1 client, so that a request costs the client less than the server. */
import { once } from 'node:events';
import { connect } from 'node:net';

export class Connection {
  #socket;
  #received = '';
  /** Pending requests, in order. */
  #waiting = [];
  /** Resolves when the connection is closed, for any reason. */
  closed;

  /** Connects to a local port; rejects if nothing listens there. */
  static async open(port) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Connection(socket);
  }

  constructor(socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (text) => {
      this.#received += text;
      this.#deliver();
    });
    socket.on('error', () => {
      // The `close` event follows.
    });
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    void this.closed.then(() => {
      const end = new Error(`closed after ${JSON.stringify(this.#received.slice(0, 80))}`);
      for (const { reject } of this.#waiting.splice(0)) reject(end);
    });
  }

  /** Received data that no request has consumed. */
  get received() {
    return this.#received;
  }

  /** Sends a request and returns the next response: `{ status, head, body }`. */
  ask(text) {
    const answer = this.next();
    this.#socket.write(text, 'latin1');
    return answer;
  }

  send(text) {
    this.#socket.write(text, 'latin1');
  }

  /** Returns the next response; rejects if the connection closes first. */
  next() {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#received !== '') this.#deliver();
      if (this.#socket.destroyed) reject(new Error('the connection is closed'));
    });
  }

  /** Ends the sending side. */
  end() {
    this.#socket.end();
  }

  /** Resets the connection. */
  reset() {
    this.#socket.resetAndDestroy();
  }

  close() {
    this.#socket.destroy();
  }

  #deliver() {
    while (this.#waiting.length > 0) {
      const headEnd = this.#received.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const head = this.#received.slice(0, headEnd);
      const end = headEnd + 4 + Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      if (this.#received.length < end) return;
      const body = this.#received.slice(headEnd + 4, end);
      this.#received = this.#received.slice(end);
      this.#waiting.shift().resolve({ status: Number(head.slice(9, 12)), head, body });
    }
  }
}
