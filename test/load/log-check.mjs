/** Checks the log of a server: the fields of each line, and that no line contains a secret. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { CHANNEL_PREFIX } from './requests.mjs';
import { project } from './server-process.mjs';

const FIELDS = 'time,method,route,status,durationMs,requestId';
const SECRETS = [...Object.values(project), CHANNEL_PREFIX, '007', 'Bearer', 'Authorization'];

/** Returns the number of lines: `total`, and `of(status)`. */
export async function checkLog({ logPath, stderr }, expect) {
  const counts = new Map();
  let total = 0;
  for await (const text of createInterface({ input: createReadStream(logPath) })) {
    const line = JSON.parse(text);
    expect(Object.keys(line).join() === FIELDS, 'a log line has other fields');
    expect(!containsSecret(text, line), 'a log line contains a secret');
    counts.set(line.status, (counts.get(line.status) ?? 0) + 1);
    total++;
  }
  expect(
    ![project.secret, project.appCertificate].some((secret) => stderr.includes(secret)),
    'stderr contains a secret',
  );
  expect(!/unexpectedly|Error|Warning/u.test(stderr), `stderr: ${stderr}`);
  return { total, of: (status) => counts.get(status) ?? 0 };
}

/** Ignores ids and times, which may contain `007` by chance. */
function containsSecret(text, { time, durationMs, requestId }) {
  const rest = text.replace(requestId, '').replace(time, '').replace(String(durationMs), '');
  return SECRETS.some((secret) => rest.includes(secret) || requestId.includes(project.secret));
}
