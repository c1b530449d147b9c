/**
 * The names of privileges.
 */
import {
  ApaasPrivilege,
  ChatPrivilege,
  FcdnPrivilege,
  FpaPrivilege,
  Rtm2Privilege,
  RtcPrivilege,
  RtmPrivilege,
  StreamingPrivilege,
} from '../../web.js';

const PRIVILEGES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  rtc: RtcPrivilege,
  rtm: RtmPrivilege,
  streaming: StreamingPrivilege,
  fpa: FpaPrivilege,
  chat: ChatPrivilege,
  fcdn: FcdnPrivilege,
  apaas: ApaasPrivilege,
  rtm2: Rtm2Privilege,
};

/** Names a privilege of a service, as far as it is known: `Join channel`. */
export function privilegeName(service: string, privilege: number): string {
  const found = Object.entries(PRIVILEGES[service] ?? {}).find(([, id]) => id === privilege);
  return found === undefined ? `Privilege ${privilege}` : spaced(found[0]);
}

function spaced(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
}
