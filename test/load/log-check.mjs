/** Reads the log of a server: each line has its shape, and none has a secret. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { CHANNEL_PREFIX } from './requests.mjs';
import { project } from './server-process.mjs';

const FIELDS = 'time,method,route,status,durationMs,requestId';
const SECRETS = [...Object.values(project), CHANNEL_PREFIX, '007', 'Bearer', 'Authorization'];

/** Returns how many lines there are of each status, by way of `of(status)`, and of all. */
export async function checkLog({ logPath, stderr }, expect) {
  const counts = new Map();
  let total = 0;
  for await (const text of createInterface({ input: createReadStream(logPath) })) {
    const line = JSON.parse(text);
    expect(Object.keys(line).join() === FIELDS, 'a line of the log has other fields');
    // A random id or a moment may have the digits with which a token begins.
    expect(!isTelling(text, line), 'a line of the log has what it must not have');
    counts.set(line.status, (counts.get(line.status) ?? 0) + 1);
    total++;
  }
  expect(
    ![project.secret, project.appCertificate].some((secret) => stderr.includes(secret)),
    'stderr has a secret',
  );
  expect(!/unexpectedly|Error|Warning/u.test(stderr), `stderr: ${stderr}`);
  return { total, of: (status) => counts.get(status) ?? 0 };
}

function isTelling(text, { time, durationMs, requestId }) {
  const rest = text.replace(requestId, '').replace(time, '').replace(String(durationMs), '');
  return SECRETS.some((secret) => rest.includes(secret) || requestId.includes(project.secret));
}
