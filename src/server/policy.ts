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
    if (expire > allowed.maxLifetime) refuse(`expire: above the cap of ${allowed.maxLifetime} s`, 'expire');
    services.forEach((service, index) => {
      assertAllowed(service, `services[${index}]`, allowed);
    });
  };
}

function assertAllowed(service: Service, path: string, allowed: Allowed): void {
  if (service.type === 'unknown') refuse(`${path}: what an unknown service grants cannot be checked`, path);
  assertShortLived(service.privileges, `${path}.privileges`, allowed);
  switch (service.type) {
    case 'rtc':
      assertOneChannel(service.channelName, path, allowed);
      assertOneUser(service.uid, `${path}.uid`, allowed);
      return;
    case 'streaming':
    case 'fcdn':
      assertOneChannel(service.channelName, path, allowed);
      assertOneUser(service.account, `${path}.account`, allowed);
      return;
    case 'chat':
      assertNoApp(service.userId === '' || CHAT_APP in service.privileges, `${path}.userId`, allowed);
      return;
    case 'apaas':
      assertNoApp(service.userUuid === '' || APAAS_APP in service.privileges, `${path}.userUuid`, allowed);
      return;
    case 'rtm2':
      assertNoWildcard(namesIn(service.permissions), `${path}.permissions`, allowed);
      return;
    case 'rtm':
    case 'fpa':
    case 'convoai':
    case 'stt':
  }
}

function assertShortLived(privileges: Privileges, path: string, { maxLifetime }: Allowed): void {
  if (!Object.values(privileges).some((seconds) => seconds > maxLifetime)) return;
  const [id] = Object.entries(privileges).find(([, seconds]) => seconds > maxLifetime) ?? [];
  const argument = `${path}[${id}]`;
  refuse(`${argument}: above the cap of ${maxLifetime} s`, argument);
}

/** The ids of `ChatPrivilege.App` and `ApaasPrivilege.App`. */
const CHAT_APP = 2;
const APAAS_APP = 3;

function assertOneChannel(channelName: string, path: string, { allowWildcards }: Allowed): void {
  if (allowWildcards || (channelName !== '' && !channelName.includes('*'))) return;
  refuse(`${path}.channelName: a wildcard stands for more than one channel`, `${path}.channelName`);
}

/** The text '0' would be nobody's account, but is how some clients write the uid 0. */
function assertOneUser(user: string, argument: string, { allowAnyUser, allowWildcards }: Allowed): void {
  if (!allowAnyUser && (user === '0' || /^\**$/u.test(user))) {
    refuse(`${argument}: a token for any user is not granted here; name the user`, argument);
  }
  assertNoWildcard([user], argument, { allowWildcards });
}

function assertNoWildcard(
  names: readonly string[],
  argument: string,
  { allowWildcards }: Pick<Allowed, 'allowWildcards'>,
): void {
  if (allowWildcards || !names.some((name) => name.includes('*'))) return;
  refuse(`${argument}: a wildcard stands for more than one name`, argument);
}

function assertNoApp(isApp: boolean, argument: string, { allowChatAppTokens }: Allowed): void {
  if (allowChatAppTokens || !isApp) return;
  refuse(`${argument}: a token of an app server is not granted here; name the user`, argument);
}

function namesIn(permissions: Extract<Service, { readonly type: 'rtm2' }>['permissions']): readonly string[] {
  return Object.values(permissions).flatMap((byPermission) => Object.values(byPermission).flat());
}

function refuse(message: string, argument: string): never {
  throw new Refusal(403, 'ERR_REFUSED', message, argument);
}
