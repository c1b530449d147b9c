/**
 * Measures this library against npm `agora-token`, in one process, on the same inputs, in rounds that alternate.
 *
 *     npm run bench              the table
 *     npm run bench -- --json    the same for programs
 *     npm run bench -- --quick   fewer rounds, to see that it runs
 */
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import * as ours from 'accesstoken2';

const require = createRequire(import.meta.url);
const theirs = require('agora-token');
const { AccessToken2 } = require('agora-token/src/AccessToken2.js');

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
});

const ROUNDS = options.quick ? 5 : 41;
/** How long one side of a round takes, about, in milliseconds. */
const ROUND_TIME = options.quick ? 5 : 25;

const appId = '970CA35de60c44645bbae8a215061b33';
const appCertificate = '5CFd2fd1755d40ecb72977518be15d3b';
const channelName = '7d72365eb983485397e3e3f9d460bdda';
const uid = 2882341273;
const publisher = [appId, appCertificate, channelName, uid, ours.Role.Publisher, 3600, 3600];
const rtm2 = [appId, appCertificate, channelName, String(uid), 1, 3600, 3600, 3600, 3600, 3600, 'alice', 3600];
const token = ours.buildTokenWithUid(...publisher);

function readOfficial(text) {
  const read = new AccessToken2('', '', 0, 0);
  if (!read.from_string(text)) throw new Error('agora-token does not read the token');
  return read;
}

const { issueTs, salt, content } = ours.decodeToken(token);
const signingInfo = content.subarray(34);
const issueTsKey = littleEndian32(issueTs);
const saltKey = littleEndian32(salt);

function littleEndian32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** What no minting can do without, written plainly. */
function threeHmacs() {
  const k1 = createHmac('sha256', issueTsKey).update(appCertificate).digest();
  const k2 = createHmac('sha256', saltKey).update(k1).digest();
  return createHmac('sha256', k2).update(signingInfo).digest();
}

const TASKS = [
  {
    task: 'mint RTC publisher',
    ours: () => ours.buildTokenWithUid(...publisher),
    theirs: () => theirs.RtcTokenBuilder.buildTokenWithUid(...publisher),
    floor: threeHmacs,
  },
  {
    task: 'mint RTC + RTM',
    ours: () => ours.buildTokenWithRtm2(...rtm2),
    theirs: () => theirs.RtcTokenBuilder.buildTokenWithRtm2(...rtm2),
    floor: threeHmacs,
  },
  { task: 'decode', ours: () => ours.decodeToken(token), theirs: () => readOfficial(token) },
  {
    task: 'verify',
    ours: () => ours.verifyToken(token, appCertificate, { appId, channelName, uid }),
    theirs: () => readOfficial(token).verifySignature(appCertificate),
    floor: threeHmacs,
  },
];

/** Whoever is fast and wrong is not measured: each side reads what the other minted. */
function checkAgreement() {
  const mine = [ours.buildTokenWithUid(...publisher), ours.buildTokenWithRtm2(...rtm2)];
  const official = [
    theirs.RtcTokenBuilder.buildTokenWithUid(...publisher),
    theirs.RtcTokenBuilder.buildTokenWithRtm2(...rtm2),
  ];
  mine.forEach((text, index) => {
    if (!readOfficial(text).verifySignature(appCertificate)) throw new Error('agora-token refuses our token');
    const { services } = ours.verifyToken(text, appCertificate, { appId });
    const { services: expected } = ours.verifyToken(official[index], appCertificate, { appId });
    if (JSON.stringify(services) !== JSON.stringify(expected)) throw new Error('the two do not say the same');
  });
}

/** Microseconds for one call of each function: the median over rounds in which they take turns. */
function measure(functions) {
  const counts = functions.map(callsInRoundTime);
  const times = functions.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    functions.forEach((call, index) => times[index].push(timeOf(call, counts[index]) / counts[index]));
  }
  return times.map((list) => 1000 * median(list));
}

function callsInRoundTime(call) {
  let count = 1;
  while (timeOf(call, count) < ROUND_TIME) count *= 2;
  return count;
}

/** Milliseconds for so many calls. */
function timeOf(call, count) {
  const start = performance.now();
  for (let index = 0; index < count; index++) call();
  return performance.now() - start;
}

function median(list) {
  return [...list].sort((a, b) => a - b)[list.length >> 1];
}

/** Milliseconds that a fresh process takes to load a package. */
function coldStart(source, type) {
  const code = `const start = performance.now(); ${source}; console.log(performance.now() - start);`;
  const times = Array.from({ length: options.quick ? 3 : 15 }, () =>
    Number(execFileSync(process.execPath, [`--input-type=${type}`, '--eval', code], { cwd: import.meta.dirname })),
  );
  return median(times);
}

checkAgreement();
const results = TASKS.map(({ task, ...sides }) => {
  const [own, official, floor] = measure(Object.values(sides));
  return {
    task,
    ours: own,
    theirs: official,
    ratio: official / own,
    ...(floor === undefined ? {} : { hmac: floor, overHmac: own / floor }),
  };
});
const cold = {
  import: coldStart("await import('accesstoken2')", 'module'),
  require: coldStart("require('accesstoken2')", 'commonjs'),
  officialRequire: coldStart("require('agora-token')", 'commonjs'),
};
const machine = `Node ${process.versions.node}, ${cpus()[0]?.model ?? process.arch}`;

if (options.json) {
  console.log(JSON.stringify({ machine, date: new Date().toISOString(), results, cold }, null, 2));
} else {
  console.log(`${machine}; microseconds a call, medians of ${ROUNDS} alternating rounds\n`);
  console.log('| | accesstoken2 | agora-token | times as fast | over three HMACs |');
  console.log('|---|---|---|---|---|');
  for (const { task, ours: own, theirs: official, ratio, overHmac } of results) {
    const cells = [own.toFixed(1), official.toFixed(1), ratio.toFixed(1), overHmac?.toFixed(2) ?? ''];
    console.log(`| ${task} | ${cells.join(' | ')} |`);
  }
  console.log(
    `\ncold start in ms: import ${cold.import.toFixed(1)}, require ${cold.require.toFixed(1)}, ` +
      `require of agora-token ${cold.officialRequire.toFixed(1)}`,
  );
}
