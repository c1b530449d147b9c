/**
 * Compares this library with npm `agora-token`: the same inputs, one process, alternating rounds.
 *
 *     npm run bench              tables
 *     npm run bench -- --json    the same as JSON
 *     npm run bench -- --quick   fewer rounds, to check that it runs
 */
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { deflateSync } from 'node:zlib';
import * as ours from 'accesstoken2';
import { KINDS, NOW } from './tokens.mjs';

const require = createRequire(import.meta.url);
const theirs = require('agora-token');
const { AccessToken2 } = require('agora-token/src/AccessToken2.js');

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
});

const ROUNDS = options.quick ? 5 : 61;
/**
 * The duration of one side of a round in milliseconds. It is several times as long as V8 takes to fill its heap for
 * short-lived objects, so that each side collects its own garbage.
 */
const ROUND_TIME = options.quick ? 2 : 50;
const WARM_UP_TIME = options.quick ? 5 : 250;

const appId = '970CA35de60c44645bbae8a215061b33';
const appCertificate = '5CFd2fd1755d40ecb72977518be15d3b';
const channelName = '7d72365eb983485397e3e3f9d460bdda';
const uid = 2882341273;
const publisher = [appId, appCertificate, channelName, uid, ours.Role.Publisher, 3600, 3600];
const rtm2 = [appId, appCertificate, channelName, String(uid), 1, 3600, 3600, 3600, 3600, 3600, 'alice', 3600];
checkAgreement();
// At this time the vectors of Go's builders are valid.
Date.now = () => 1000 * NOW;
const token = ours.buildTokenWithUid(...publisher);

function readOfficial(text) {
  const read = new AccessToken2('', '', 0, 0);
  if (!read.from_string(text)) throw new Error('agora-token does not read the token');
  return read;
}

function verifyOfficial(text, certificate) {
  if (!readOfficial(text).verifySignature(certificate)) throw new Error('agora-token rejects the token');
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

/** The three HMACs of a signature, with `createHmac`. */
function threeHmacs() {
  const k1 = createHmac('sha256', issueTsKey).update(appCertificate).digest();
  const k2 = createHmac('sha256', saltKey).update(k1).digest();
  return createHmac('sha256', k2).update(signingInfo).digest();
}

const TASKS = [
  {
    task: 'mint an RTC publisher token',
    ours: () => ours.buildTokenWithUid(...publisher),
    theirs: () => theirs.RtcTokenBuilder.buildTokenWithUid(...publisher),
    hmacs: threeHmacs,
  },
  {
    task: 'mint RTC + RTM',
    ours: () => ours.buildTokenWithRtm2(...rtm2),
    theirs: () => theirs.RtcTokenBuilder.buildTokenWithRtm2(...rtm2),
    hmacs: threeHmacs,
  },
  ...Object.entries(KINDS).map(([kind, tokens]) =>
    overAll(`decode: ${kind}`, tokens, {
      ours: ({ token }) => ours.decodeToken(token),
      theirs: ({ token }) => readOfficial(token),
    }),
  ),
  ...['own', "Go's builders"].map((kind) =>
    overAll(`verify: ${kind}`, KINDS[kind], {
      ours: ({ token, appCertificate }) => ours.verifyToken(token, appCertificate),
      theirs: ({ token, appCertificate }) => verifyOfficial(token, appCertificate),
      hmacs: threeHmacs,
    }),
  ),
  {
    task: 'verify: own, App ID, channel and uid',
    ours: () => ours.verifyToken(token, appCertificate, { appId, channelName, uid }),
    theirs: () => verifyOfficial(token, appCertificate),
    hmacs: threeHmacs,
  },
];

/** A task that is done with each token of a list, and reported per token. Tokens that one side rejects are left out. */
function overAll(task, tokens, sides) {
  const used = tokens.filter((item) => accepts(sides.ours, item) && accepts(sides.theirs, item));
  if (used.length === 0) throw new Error(`no tokens for "${task}"`);
  const loops = Object.entries(sides).map(([side, call]) => [
    side,
    () => {
      for (const item of used) call(item);
    },
  ]);
  return { task, tokens: used.length, leftOut: tokens.length - used.length, ...Object.fromEntries(loops) };
}

function accepts(call, item) {
  try {
    call(item);
    return true;
  } catch {
    return false;
  }
}

/** Each side has to read what the other minted. */
function checkAgreement() {
  const mine = [ours.buildTokenWithUid(...publisher), ours.buildTokenWithRtm2(...rtm2)];
  const official = [
    theirs.RtcTokenBuilder.buildTokenWithUid(...publisher),
    theirs.RtcTokenBuilder.buildTokenWithRtm2(...rtm2),
  ];
  mine.forEach((text, index) => {
    verifyOfficial(text, appCertificate);
    const { services } = ours.verifyToken(text, appCertificate, { appId });
    const { services: expected } = ours.verifyToken(official[index], appCertificate, { appId });
    if (JSON.stringify(services) !== JSON.stringify(expected)) throw new Error('the tokens differ');
  });
}

/** Returns the microseconds of one call of each function, in each of the alternating rounds. */
function measure(functions, rounds = ROUNDS) {
  const counts = functions.map(callsInRoundTime);
  const times = functions.map(() => []);
  for (let round = 0; round < rounds; round++) {
    functions.forEach((call, index) => times[index].push((1000 * timeOf(call, counts[index])) / counts[index]));
  }
  return times;
}

/** Returns the median of the ratios of each round, in which both sides had the machine in the same state. */
function ratioOf(numerators, denominators) {
  return median(numerators.map((numerator, round) => numerator / denominators[round]));
}

/** Returns the number of calls in a round, once the code is compiled. */
function callsInRoundTime(call) {
  let count = 1;
  while (timeOf(call, count) < WARM_UP_TIME) count *= 2;
  return Math.max(1, Math.round((count * ROUND_TIME) / timeOf(call, count)));
}

/** Returns the milliseconds of `count` calls. */
function timeOf(call, count) {
  const start = performance.now();
  for (let index = 0; index < count; index++) call();
  return performance.now() - start;
}

function median(list) {
  return [...list].sort((a, b) => a - b)[list.length >> 1];
}

function mean(list) {
  return list.reduce((sum, value) => sum + value, 0) / list.length;
}

/** Returns our token length over that of `agora-token`, which compresses with node:zlib; mean over the vectors. */
function lengthRatio() {
  const { vectors } = JSON.parse(readFileSync(new URL('../vectors/go-builders.json', import.meta.url), 'utf8'));
  return mean(
    vectors.map(({ token: text, args }) => {
      const { content: bytes, ...claims } = ours.decodeToken(text);
      const project = { appId: args.appId, appCertificate: args.appCertificate, limits: 'format' };
      const { issueTs, salt, expire, services } = claims;
      const mine = ours.buildToken({ ...project, issueTs, salt, expire, services });
      return mine.length / `007${deflateSync(bytes).toString('base64')}`.length;
    }),
  );
}

/** Returns the microseconds per byte of minting and decoding a content of about `size` bytes. */
function timePerByte(size) {
  const names = Array.from({ length: size / 16 }, (_, index) => `channel-${String(index).padStart(6, '0')}`);
  const half = names.length >> 1;
  const permissions = { 0: { 0: names.slice(0, half), 1: names.slice(half) } };
  const mint = () => ours.buildRtmTokenWithPermissions(appId, appCertificate, 'alice', permissions, 3600);
  const large = mint();
  const { length } = ours.decodeToken(large).content;
  const [minted, decoded] = measure([mint, () => ours.decodeToken(large)], 5).map(median);
  return { size, mint: minted / length, decode: decoded / length };
}

/** Runs a program of this folder in a new process and returns the number that it prints. */
function inFreshProcess(program, ...flags) {
  return Number(execFileSync(process.execPath, [...flags, `${import.meta.dirname}/${program}`]));
}

/** Returns the bytes that one mint allocates, once warm. */
function bytesAllocated() {
  // With so much room, nothing is collected meanwhile.
  const flags = ['--expose-gc', '--max-semi-space-size=256', '--min-semi-space-size=256'];
  return inFreshProcess('allocation.cjs', ...flags);
}

/** Returns the milliseconds that a new process takes to load a package, and to load it and mint a first token. */
function coldStarts() {
  const programs = {
    import: 'import.mjs',
    require: 'require.cjs',
    official: 'require-official.cjs',
    firstToken: 'first-token.mjs',
    officialFirstToken: 'first-token-official.cjs',
  };
  const times = Object.values(programs).map(() => []);
  for (let round = 0; round < (options.quick ? 3 : 31); round++) {
    Object.values(programs).forEach((program, index) => times[index].push(inFreshProcess(`cold/${program}`)));
  }
  return Object.fromEntries(Object.keys(programs).map((name, index) => [name, median(times[index])]));
}

const results = TASKS.map(({ task, tokens = 1, leftOut = 0, ...sides }) => {
  const { hmacs, ...others } = sides;
  const [own, official, three] = measure([others.ours, others.theirs, hmacs].filter(Boolean));
  const overHmacs = three && { hmacs: median(three) / tokens, overHmacs: ratioOf(own, three) };
  return {
    task,
    tokens,
    leftOut,
    ours: median(own) / tokens,
    theirs: median(official) / tokens,
    ratio: ratioOf(official, own),
    ...overHmacs,
  };
});
const [small, large] = [timePerByte(2 ** 16), timePerByte(2 ** 20 - 2 ** 10)];
const report = {
  machine: `Node ${process.versions.node}, ${cpus()[0]?.model ?? process.arch}`,
  date: new Date().toISOString().slice(0, 10),
  rounds: ROUNDS,
  results,
  tokenLength: lengthRatio(),
  bytesAllocatedForOneMint: bytesAllocated(),
  timePerByteOf1MiBOver64KiB: { mint: large.mint / small.mint, decode: large.decode / small.decode },
  coldStart: coldStarts(),
};

if (options.json) {
  console.log(JSON.stringify(report, null, 2));
} else {
  const { mint, decode } = report.timePerByteOf1MiBOver64KiB;
  const cold = report.coldStart;
  console.log(`${report.machine}, ${report.date}; microseconds per token, medians of ${ROUNDS} alternating rounds\n`);
  console.log('| | tokens | accesstoken2 | agora-token | times as fast | over three HMACs |');
  console.log('|---|---|---|---|---|---|');
  for (const { task, tokens, ours: own, theirs: official, ratio, overHmacs } of results) {
    const times = [own.toFixed(1), official.toFixed(1), ratio.toFixed(1), overHmacs?.toFixed(2) ?? ''];
    console.log(`| ${[task, tokens, ...times].join(' | ')} |`);
  }
  for (const { task, leftOut } of results) {
    if (leftOut > 0) console.log(`\n${task}: left out ${leftOut} tokens that one side does not accept.`);
  }
  console.log(`
| | |
|---|---|
| token length over that of agora-token, mean over the Go vectors | ${report.tokenLength.toFixed(3)} |
| bytes allocated for one mint | ${report.bytesAllocatedForOneMint.toFixed(0)} |
| time per byte of 1 MiB over that of 64 KiB: mint, decode | ${mint.toFixed(2)}, ${decode.toFixed(2)} |
| cold start in ms: import, require, require of agora-token | ${cold.import.toFixed(1)}, ${cold.require.toFixed(1)}, ${cold.official.toFixed(1)} |
| the same with a first token: import, require of agora-token | ${cold.firstToken.toFixed(1)}, ${cold.officialFirstToken.toFixed(1)} |`);
}
