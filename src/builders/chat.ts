import { type BuildOptions, type UnsignedToken, parseProject } from '../build-options.js';
import { ChatPrivilege } from '../privileges.js';
import type { ChatService } from '../services.js';

/**
 * Mints a Chat token for a user.
 * @param userUuid - 1–64 characters; otherwise throws `ERR_USER_ID`.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/chatTokenBuilder/ChatTokenBuilder.go`
 * @example
 * ```ts
 * import { buildChatUserToken } from 'accesstoken2';
 * const token = buildChatUserToken(appId, appCertificate, 'alice', 3600);
 * ```
 */
export function buildChatUserToken(
  appId: string,
  appCertificate: string,
  userUuid: string,
  expire: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const userId = project.limits.chatUserId(userUuid, 'userUuid', 'ERR_USER_ID');
  const seconds = project.limits.tokenExpire(expire, 'expire');
  return { project, expire: seconds, services: [chatService(userId, ChatPrivilege.User, seconds)] };
}

/**
 * Mints a Chat token that an app server uses to call Chat's REST API. It grants access as any user: keep it secret.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/chatTokenBuilder/ChatTokenBuilder.go`
 * @example
 * ```ts
 * import { buildChatAppToken } from 'accesstoken2';
 * const token = buildChatAppToken(appId, appCertificate, 3600);
 * ```
 */
export function buildChatAppToken(
  appId: string,
  appCertificate: string,
  expire: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const seconds = project.limits.tokenExpire(expire, 'expire');
  return { project, expire: seconds, services: [chatService('', ChatPrivilege.App, seconds)] };
}

export function chatService(userId: string, privilege: ChatPrivilege, expire: number): ChatService {
  return { type: 'chat', userId, privileges: { [privilege]: expire } };
}
