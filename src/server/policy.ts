/**
 * Rejects what the options do not allow: wildcard users and channels, app tokens, and lifetimes above the maximum. The
 * policy applies to the requested services as well as to those that `authorize` grants.
 */
import { ApaasPrivilege, ChatPrivilege, type Privileges, type Rtm2Service, type Service } from '../index.js';
import type { Settings, TokenGrant } from './options.js';
import { RequestError } from './request-error.js';

type Allowed = Pick<Settings, 'maxLifetime' | 'allowAnyUser' | 'allowWildcards' | 'allowChatAppTokens'>;

/** Creates a function that throws a `RequestError` for anything that the options do not allow. */
export function policyFor(allowed: Allowed): (grant: TokenGrant) => void {
  return ({ services, expire }) => {
    if (expire > allowed.maxLifetime) throwNotAllowed('expire', `above the cap of ${allowed.maxLifetime} s`);
    services.forEach((service, index) => {
      assertAllowed(service, `services[${index}]`, allowed);
    });
  };
}

function assertAllowed(service: Service, path: string, allowed: Allowed): void {
  if (service.type === 'unknown') throwNotAllowed(path, 'what an unknown service grants cannot be checked');
  assertShortLived(service.privileges, path, allowed);
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
      assertNoApp(service.userId, ChatPrivilege.App, service.privileges, `${path}.userId`, allowed);
      return;
    case 'apaas':
      assertNoApp(service.userUuid, ApaasPrivilege.App, service.privileges, `${path}.userUuid`, allowed);
      return;
    case 'rtm2':
      assertNoWildcard(namesIn(service), `${path}.permissions`, allowed);
      return;
    case 'rtm':
    case 'fpa':
    case 'convoai':
    case 'stt':
  }
}

function assertShortLived(privileges: Privileges, path: string, { maxLifetime }: Allowed): void {
  for (const [id, seconds] of Object.entries(privileges)) {
    if (seconds > maxLifetime) throwNotAllowed(`${path}.privileges[${id}]`, `above the cap of ${maxLifetime} s`);
  }
}

function assertOneChannel(channelName: string, path: string, { allowWildcards }: Allowed): void {
  if (allowWildcards || (channelName !== '' && !channelName.includes('*'))) return;
  throwNotAllowed(`${path}.channelName`, 'a wildcard stands for more than one channel');
}

/** Rejects a name that means any user. `'0'` counts as any user, because some clients send uid 0 as a string. */
function assertOneUser(user: string, path: string, allowed: Allowed): void {
  if (!allowed.allowAnyUser && (user === '0' || /^\**$/u.test(user))) {
    throwNotAllowed(path, 'a token for any user is not granted here; name the user');
  }
  assertNoWildcard([user], path, allowed);
}

function assertNoWildcard(names: readonly string[], path: string, { allowWildcards }: Allowed): void {
  if (allowWildcards || !names.some((name) => name.includes('*'))) return;
  throwNotAllowed(path, 'a wildcard stands for more than one name');
}

function assertNoApp(
  user: string,
  appPrivilege: number,
  privileges: Privileges,
  path: string,
  { allowChatAppTokens }: Allowed,
): void {
  if (allowChatAppTokens || (user !== '' && !Object.hasOwn(privileges, appPrivilege))) return;
  throwNotAllowed(path, 'a token of an app server is not granted here; name the user');
}

function namesIn({ permissions }: Rtm2Service): readonly string[] {
  return Object.values(permissions).flatMap((byPermission) => Object.values(byPermission).flat());
}

function throwNotAllowed(argument: string, problem: string): never {
  throw new RequestError(403, 'ERR_REFUSED', problem, argument);
}
