/** The exports that both entry points share: constants, types, and platform-independent functions. */
export type { BuildOptions } from './build-options.js';
export type { BuildTokenOptions } from './builders/any.js';
export { Role } from './builders/arguments.js';
export type { RoleArgument } from './builders/arguments.js';
export { AccessTokenError } from './errors.js';
export type { AccessTokenErrorCode, ArgumentErrorCode, TokenClaimErrorCode, TokenFormErrorCode } from './errors.js';
export type { Expected } from './expected.js';
export type { Finding, FindingCode } from './inspect/findings.js';
export type { InspectExpected, Inspection } from './inspect/inspect-token.js';
export type { PartialToken006 } from './inspect/reading.js';
export type { PrivilegeEnd, Timeline } from './inspect/timeline.js';
export { Rtm2Permission, Rtm2Resource } from './permissions.js';
export type { Permissions } from './permissions.js';
export {
  ApaasPrivilege,
  ChatPrivilege,
  FcdnPrivilege,
  FpaPrivilege,
  Rtm2Privilege,
  RtcPrivilege,
  RtmPrivilege,
  ServiceType,
  StreamingPrivilege,
} from './privileges.js';
export type { Privileges } from './privileges.js';
export type {
  ApaasService,
  ChatService,
  ConvoAiService,
  FcdnService,
  FpaService,
  RtcService,
  Rtm2Service,
  RtmService,
  Service,
  ServiceName,
  StreamingService,
  SttService,
  UnknownService,
} from './services.js';
export type { DecodeOptions, DecodedToken, PartialToken } from './token.js';
export { decodeToken006 } from './token006.js';
export type { BuildToken006Options, DecodedToken006 } from './token006.js';
export type { VerifiedToken } from './verify.js';
export type { Expected006, VerifiedToken006 } from './verify006.js';
