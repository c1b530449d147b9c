/** A connection that speaks HTTP/1.1 by itself, so that to ask costs less than to answer. */
import { once } from 'node:events';
import { connect } from 'node:net';

export class Connection {
  #socket;
  #received = '';
  /** Who waits for an answer, in the order of asking. */
  #waiting = [];
  /** Settles when the connection has ended, however it did. */
  closed;

  /** Connects to a port of this machine; rejects if nothing listens there. */
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
      // What has come by then is what counts.
    });
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    void this.closed.then(() => {
      const end = new Error(`closed after ${JSON.stringify(this.#received.slice(0, 80))}`);
      for (const { reject } of this.#waiting.splice(0)) reject(end);
    });
  }

  /** What came that nobody has asked for. */
  get received() {
    return this.#received;
  }

  /** Sends a text, and returns the next answer that nobody waits for yet: `{ status, head, body }`. */
  ask(text) {
    const answer = this.next();
    this.#socket.write(text, 'latin1');
    return answer;
  }

  send(text) {
    this.#socket.write(text, 'latin1');
  }

  /** Returns the next answer that nobody waits for yet; rejects if the connection ends before it. */
  next() {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#received !== '') this.#deliver();
      if (this.#socket.destroyed) reject(new Error('closed before it asked'));
    });
  }

  /** Says that no more is sent. */
  end() {
    this.#socket.end();
  }

  /** Goes away without a farewell. */
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
