/**
 * Why a request gets no token. Each family of routes words it in the shape that its clients know.
 */
import type { AccessTokenErrorCode } from '../index.js';

/** What is wrong with a request itself, rather than with an argument of a token. */
type RequestErrorCode =
  /** The body is not a JSON object in UTF-8, or could not be read to its end. */
  | 'ERR_BODY'
  /** The body has over 8 KiB. */
  | 'ERR_BODY_TOO_LARGE'
  /** What is asked is not for everybody, or not for whoever asks. */
  | 'ERR_REFUSED'
  /** Nothing is at this path. */
  | 'ERR_NOT_FOUND'
  /** The path is there, but not for this method. */
  | 'ERR_METHOD'
  /** A fault of the server. */
  | 'ERR_INTERNAL';

/** Every code that an answer can have: a word of the library, or one about the request. */
export type RefusalCode = AccessTokenErrorCode | RequestErrorCode;

/** The status codes of refusals. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 413 | 500;

/** A reason for an answer without a token. Its message is for whoever asked, and has no secret in it. */
export class Refusal extends Error {
  readonly status: RefusalStatus;
  readonly code: RefusalCode;
  /** The field at fault, or its path. */
  readonly argument: string | undefined;

  constructor(status: RefusalStatus, code: RefusalCode, message: string, argument?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.argument = argument;
  }
}

/** The answer to whoever may not have what is asked, whatever the reason: it tells nothing of how that is decided. */
export function notGranted(): Refusal {
  return new Refusal(403, 'ERR_REFUSED', 'not granted');
}

/** Refuses a field of a request: names it, what was expected, and the way out. */
export function refuseField(code: AccessTokenErrorCode, field: string, fault: string): never {
  throw new Refusal(400, code, `${field}: ${fault}`, field);
}

/** The names that clients give to what the library names otherwise, such as `ChannelName` for `channelName`. */
export type FieldNames = Readonly<Record<string, string>>;

/** What is wrong with an argument, as the library or the policy says. */
interface Fault {
  readonly code: RefusalCode;
  readonly message: string;
  readonly argument?: string | undefined;
}

/** Words a refusal in the client's own names of fields: `uid` for `services[0].uid`. */
export function refusalInNames(status: RefusalStatus, fault: Fault, names?: FieldNames): Refusal {
  const { code, message, argument } = fault;
  if (argument === undefined || names === undefined) return new Refusal(status, code, message, argument);
  const [last = argument] = argument.split('.').slice(-1);
  const field = Object.hasOwn(names, last) ? (names[last] ?? last) : last;
  return new Refusal(status, code, message.replace(argument, field), field);
}
