/**
 * Mints a token, decodes it and verifies it.
 *
 * Set AGORA_APP_ID and AGORA_APP_CERTIFICATE to use your own project.
 */
import { AccessTokenError, Role, RtcPrivilege, buildTokenWithUid, decodeToken, verifyToken } from 'accesstoken2';

const { appId, appCertificate, whose } = readProject();

try {
  const token = buildTokenWithUid(appId, appCertificate, 'lobby', 42, Role.Publisher, 3600);
  const decoded = decodeToken(token);
  verifyToken(token, appCertificate, { appId, channelName: 'lobby', uid: 42 });

  print('Project', whose);
  print('Token', token);
  print('Fields', ...fieldsOf(decoded));
  print('Verdict', `${green('valid')}: signed with this certificate, and uid 42 may join lobby`);
} catch (error) {
  if (!(error instanceof AccessTokenError)) throw error;
  const variable = error.argument === 'appId' ? 'AGORA_APP_ID' : 'AGORA_APP_CERTIFICATE';
  fail(`${variable}: ${error.problem}; ${error.hint}`);
}

/** Returns the project of the environment, or else the sample project that Agora publishes. */
function readProject() {
  const { AGORA_APP_ID: appId, AGORA_APP_CERTIFICATE: appCertificate } = process.env;
  if (appId && appCertificate) return { appId, appCertificate, whose: 'yours, from the environment' };
  if (appId) fail('AGORA_APP_CERTIFICATE: not set; set it too, or unset AGORA_APP_ID to see a sample');
  if (appCertificate) fail('AGORA_APP_ID: not set; set it too, or unset AGORA_APP_CERTIFICATE to see a sample');
  return {
    appId: '970CA35de60c44645bbae8a215061b33',
    appCertificate: '5CFd2fd1755d40ecb72977518be15d3b',
    whose: "the sample of Agora's tests; for yours, set AGORA_APP_ID and AGORA_APP_CERTIFICATE",
  };
}

/** Lists the fields of a token, one per line. */
function fieldsOf({ version, appId, issueTs, expire, salt, services }) {
  const lifetime = (seconds) => `${duration(seconds)}, until ${localTime(issueTs + seconds)}`;
  return [
    field('version', version),
    field('App ID', appId),
    field('issued', localTime(issueTs)),
    field('lifetime', lifetime(expire)),
    field('salt', salt),
    ...services.flatMap(({ type, channelName, uid, privileges }) => [
      field('service', type),
      field('channel', channelName),
      field('uid', uid),
      ...Object.entries(privileges).map(([id, seconds]) => field(privilegeName(id), lifetime(seconds))),
    ]),
  ];
}

function field(name, value) {
  return `${dim(name.padEnd(20))}${value}`;
}

function privilegeName(id) {
  return Object.keys(RtcPrivilege).find((name) => RtcPrivilege[name] === Number(id));
}

function duration(seconds) {
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds} s`;
}

/** Formats a time as 2026-11-24 18:43:20, which is the Swedish format, in the local time zone. */
function localTime(seconds) {
  return new Date(seconds * 1000).toLocaleString('sv-SE');
}

/** Prints a section, with its title beside the first line. */
function print(title, ...lines) {
  lines.forEach((line, index) => {
    console.log(bold((index === 0 ? title : '').padEnd(9)) + line);
  });
}

function bold(text) {
  return styled(1, text);
}

function dim(text) {
  return styled(2, text);
}

function green(text) {
  return styled(32, text);
}

/** Styles a string on a terminal, unless NO_COLOR is set. */
function styled(style, text) {
  return process.stdout.isTTY && !process.env.NO_COLOR ? `\x1b[${style}m${text}\x1b[0m` : text;
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
