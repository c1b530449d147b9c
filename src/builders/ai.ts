/** The builders of tokens for Conversational AI and speech to text: RTC and RTM, and the service. */
import type { UnsignedToken } from '../build-options.js';
import type { Service } from '../services.js';
import { buildTokenWithRtm2 } from './rtc-and-rtm.js';

/**
 * Mints a token for Conversational AI, with RTC and RTM.
 *
 * The arguments are those of {@link buildTokenWithRtm2}.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param rtcAccount - 1–255 bytes, of the characters of a channel name.
 * @param rtcRole - `Role.Publisher` may publish, `Role.Subscriber` may only join and listen.
 * @param rtcTokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param joinChannelPrivilegeExpire - How long the user may join, 0…86400 seconds; 0: as long as the token.
 * @param pubAudioPrivilegeExpire - The same for publishing audio.
 * @param pubVideoPrivilegeExpire - The same for publishing video.
 * @param pubDataStreamPrivilegeExpire - The same for publishing data streams.
 * @param rtmUserId - 1–64 bytes, of the characters of a channel name, no leading space.
 * @param rtmTokenExpire - How long the user may log in to RTM, 0…86400 seconds; 0: as long as the token.
 * @param options - Issue time, salt, wildcards, limits.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_ACCOUNT`, `ERR_ROLE`,
 * `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_USER_ID`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 * @see npm `agora-token` 2.0.6, `src/ConvoAITokenBuilder.js`
 * @example
 * ```ts
 * import { Role, buildConvoAiToken } from 'accesstoken2';
 * const token = buildConvoAiToken(appId, appCertificate, 'lobby', '42', Role.Publisher, 3600, 3600, 3600, 3600, 3600, 'alice', 3600);
 * ```
 */
export function buildConvoAiToken(...args: Parameters<typeof buildTokenWithRtm2>): UnsignedToken {
  return withService(buildTokenWithRtm2(...args), { type: 'convoai', privileges: {} });
}

/**
 * Mints a token for speech to text, with RTC and RTM.
 *
 * The arguments are those of {@link buildTokenWithRtm2}.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param rtcAccount - 1–255 bytes, of the characters of a channel name.
 * @param rtcRole - `Role.Publisher` may publish, `Role.Subscriber` may only join and listen.
 * @param rtcTokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param joinChannelPrivilegeExpire - How long the user may join, 0…86400 seconds; 0: as long as the token.
 * @param pubAudioPrivilegeExpire - The same for publishing audio.
 * @param pubVideoPrivilegeExpire - The same for publishing video.
 * @param pubDataStreamPrivilegeExpire - The same for publishing data streams.
 * @param rtmUserId - 1–64 bytes, of the characters of a channel name, no leading space.
 * @param rtmTokenExpire - How long the user may log in to RTM, 0…86400 seconds; 0: as long as the token.
 * @param options - Issue time, salt, wildcards, limits.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_ACCOUNT`, `ERR_ROLE`,
 * `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_USER_ID`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 * @see npm `agora-token` 2.0.6, `src/SttTokenBuilder.js`
 * @example
 * ```ts
 * import { Role, buildSttToken } from 'accesstoken2';
 * const token = buildSttToken(appId, appCertificate, 'lobby', '42', Role.Publisher, 3600, 3600, 3600, 3600, 3600, 'alice', 3600);
 * ```
 */
export function buildSttToken(...args: Parameters<typeof buildTokenWithRtm2>): UnsignedToken {
  return withService(buildTokenWithRtm2(...args), { type: 'stt', privileges: {} });
}

function withService({ project, expire, services }: UnsignedToken, service: Service): UnsignedToken {
  return { project, expire, services: [...services, service] };
}
