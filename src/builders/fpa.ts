import { type BuildOptions, type UnsignedToken, parseProject } from '../build-options.js';
import { MAX_LIFETIME } from '../limits.js';
import { FpaPrivilege } from '../privileges.js';

/**
 * Mints an FPA token that lasts 24 hours. The lifetime of its login privilege is 0: as long as the token.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/fpatokenbuilder/FpaTokenBuilder.go`
 * @example
 * ```ts
 * import { buildFpaToken } from 'accesstoken2';
 * const token = buildFpaToken(appId, appCertificate);
 * ```
 */
export function buildFpaToken(appId: string, appCertificate: string, options?: BuildOptions): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const services = [{ type: 'fpa', privileges: { [FpaPrivilege.Login]: 0 } }] as const;
  return { project, expire: MAX_LIFETIME, services };
}
