/**
 * What a server mints for nobody unless its options allow it: tokens for any user or channel, tokens of app servers,
 * and lifetimes above the cap. It holds for what is asked and for what is granted alike.
 */
import type { Privileges, Service } from '../index.js';
import type { Settings, TokenGrant } from './options.js';
import { Refusal } from './refusal.js';

/** Refuses what the options do not allow. */
export type Policy = (grant: TokenGrant) => void;

type Allowed = Pick<Settings, 'maxLifetime' | 'allowAnyUser' | 'allowWildcards' | 'allowChatAppTokens'>;

/** Makes the policy of the options. */
export function policyOf(allowed: Allowed): Policy {
  return ({ services, expire }) => {
    if (expire > allowed.maxLifetime) refuse('expire', `above the cap of ${allowed.maxLifetime} s`);
    services.forEach((service, index) => {
      assertAllowed(service, index, allowed);
    });
  };
}

function assertAllowed(service: Service, index: number, allowed: Allowed): void {
  if (service.type === 'unknown')
    refuse(`services[${index}]`, 'what an unknown service grants cannot be checked');
  assertShortLived(service.privileges, index, allowed);
  switch (service.type) {
    case 'rtc':
      assertOneChannel(service.channelName, index, allowed);
      assertOneUser(service.uid, 'uid', index, allowed);
      return;
    case 'streaming':
    case 'fcdn':
      assertOneChannel(service.channelName, index, allowed);
      assertOneUser(service.account, 'account', index, allowed);
      return;
    case 'chat':
      assertNoApp(service.userId === '' || CHAT_APP in service.privileges, 'userId', index, allowed);
      return;
    case 'apaas':
      assertNoApp(service.userUuid === '' || APAAS_APP in service.privileges, 'userUuid', index, allowed);
      return;
    case 'rtm2':
      assertNoWildcard(namesIn(service.permissions), 'permissions', index, allowed);
      return;
    case 'rtm':
    case 'fpa':
    case 'convoai':
    case 'stt':
  }
}

/** The ids of `ChatPrivilege.App` and `ApaasPrivilege.App`. */
const CHAT_APP = 2;
const APAAS_APP = 3;

function assertShortLived(privileges: Privileges, index: number, { maxLifetime }: Allowed): void {
  if (!Object.values(privileges).some((seconds) => seconds > maxLifetime)) return;
  const [id] = Object.entries(privileges).find(([, seconds]) => seconds > maxLifetime) ?? [];
  refuseAt(`privileges[${id}]`, index, `above the cap of ${maxLifetime} s`);
}

function assertOneChannel(channelName: string, index: number, { allowWildcards }: Allowed): void {
  if (allowWildcards || (channelName !== '' && !channelName.includes('*'))) return;
  refuseAt('channelName', index, 'a wildcard stands for more than one channel');
}

/** The text '0' would be nobody's account, but is how some clients write the uid 0. */
function assertOneUser(user: string, field: string, index: number, allowed: Allowed): void {
  if (!allowed.allowAnyUser && (user === '0' || /^\**$/u.test(user))) {
    refuseAt(field, index, 'a token for any user is not granted here; name the user');
  }
  assertNoWildcard([user], field, index, allowed);
}

function assertNoWildcard(
  names: readonly string[],
  field: string,
  index: number,
  { allowWildcards }: Allowed,
): void {
  if (allowWildcards || !names.some((name) => name.includes('*'))) return;
  refuseAt(field, index, 'a wildcard stands for more than one name');
}

function assertNoApp(isApp: boolean, field: string, index: number, { allowChatAppTokens }: Allowed): void {
  if (allowChatAppTokens || !isApp) return;
  refuseAt(field, index, 'a token of an app server is not granted here; name the user');
}

function namesIn(permissions: Extract<Service, { readonly type: 'rtm2' }>['permissions']): readonly string[] {
  return Object.values(permissions).flatMap((byPermission) => Object.values(byPermission).flat());
}

function refuseAt(field: string, index: number, fault: string): never {
  refuse(`services[${index}].${field}`, fault);
}

function refuse(argument: string, fault: string): never {
  throw new Refusal(403, 'ERR_REFUSED', `${argument}: ${fault}`, argument);
}
