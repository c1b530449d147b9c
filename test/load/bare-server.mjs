/** Parses a JSON request and sends a constant response of a given length: the minimal cost of a Node.js server. */
import { createServer } from 'node:http';

const answer = JSON.stringify({ token: '007', code: '200' });
const body = answer.replace('007', '007'.padEnd(Number(process.argv[2]) - answer.length + 3, 'x'));

const server = createServer({ keepAliveTimeout: 65_000 }, (incoming, outgoing) => {
  let text = '';
  incoming.setEncoding('utf8');
  incoming.on('data', (chunk) => (text += chunk));
  incoming.on('end', () => {
    JSON.parse(text);
    outgoing.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
    outgoing.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stderr.write(`http://127.0.0.1:${server.address().port}\n`);
});
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
