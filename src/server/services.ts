/**
 * The services that clients ask for by a role or a user alone, with the privileges that the library's builders give.
 */
import { type ChatService, type Privileges, Role, type RtcService, type RtmService } from '../index.js';

/** Puts an RTC service together: a publisher may publish, a subscriber may only join and listen. */
export function rtcService(channelName: string, uid: string, role: Role, expire: number): RtcService {
  const privileges: Privileges =
    role === Role.Publisher ? { 1: expire, 2: expire, 3: expire, 4: expire } : { 1: expire };
  return { type: 'rtc', channelName, uid, privileges };
}

/** Puts together what RTM needs of RTC for its stream channels: to join, and to publish data. */
export function streamChannelService(channelName: string, userId: string, expire: number): RtcService {
  return { type: 'rtc', channelName, uid: userId, privileges: { 1: expire, 4: expire } };
}

/** Puts an RTM service together. */
export function rtmService(userId: string, expire: number): RtmService {
  return { type: 'rtm', userId, privileges: { 1: expire } };
}

/** Puts a Chat service together: of a user, or with the empty text of an app server. */
export function chatService(userId: string, expire: number): ChatService {
  return { type: 'chat', userId, privileges: userId === '' ? { 2: expire } : { 1: expire } };
}

/** Tells whether a value is a uid: an unsigned 32-bit integer; 0 stands for any user. */
export function isUid(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
}

/** Writes a uid as a token has it: in decimal, and 0 as the empty text. */
export function uidTextOf(uid: number): string {
  return uid === 0 ? '' : String(uid);
}
