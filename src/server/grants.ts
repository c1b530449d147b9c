/**
 * Creates grants for requests that name only a role or a user. The privileges are those that the builders grant.
 */
import { chatService } from '../builders/chat.js';
import { privilegesOf } from '../builders/arguments.js';
import { rtcService } from '../builders/rtc.js';
import { rtmService } from '../builders/rtm.js';
import { ChatPrivilege, type Role, RtcPrivilege } from '../index.js';
import type { TokenGrant } from './options.js';

/** Creates a grant for a user in an RTC channel. */
export function rtcGrant(channelName: string, uid: string, role: Role, expire: number): TokenGrant {
  const privileges = privilegesOf(role, expire, expire, expire, expire);
  return { services: [rtcService(channelName, uid, privileges)], expire };
}

/** Creates a grant for an RTM user, and also for a stream channel if one is named. */
export function rtmGrant(userId: string, expire: number, channelName = ''): TokenGrant {
  const login = rtmService(userId, expire);
  if (channelName === '') return { services: [login], expire };
  const privileges = { [RtcPrivilege.JoinChannel]: expire, [RtcPrivilege.PublishDataStream]: expire };
  return { services: [rtcService(channelName, userId, privileges), login], expire };
}

/** Creates a grant for a Chat user, or for an app server if the user is empty. */
export function chatGrant(userId: string, expire: number): TokenGrant {
  const privilege = userId === '' ? ChatPrivilege.App : ChatPrivilege.User;
  return { services: [chatService(userId, privilege, expire)], expire };
}
