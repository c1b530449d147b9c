/** The builders for Conversational AI and speech-to-text tokens, which also contain RTC and RTM. */
import type { UnsignedToken } from '../build-options.js';
import type { Service } from '../services.js';
import { buildTokenWithRtm2 } from './rtc-and-rtm.js';

/**
 * Mints a token for Conversational AI, with RTC and RTM.
 *
 * The arguments are those of {@link buildTokenWithRtm2}.
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
