/**
 * Errors with an HTTP status. Each group of routes formats them as its clients expect.
 */
import type { AccessTokenErrorCode } from '../index.js';

/** Codes for errors that are not about token arguments. */
type RequestErrorCode =
  /** The body is not a JSON object in UTF-8, or ends early. */
  | 'ERR_BODY'
  /** The body is larger than 8 KiB. */
  | 'ERR_BODY_TOO_LARGE'
  /** The request is not allowed. */
  | 'ERR_REFUSED'
  /** The path does not exist. */
  | 'ERR_NOT_FOUND'
  /** The path does not support the method. */
  | 'ERR_METHOD'
  /** The server failed. */
  | 'ERR_INTERNAL';

/** Every code that a response can contain. */
type AnswerCode = AccessTokenErrorCode | RequestErrorCode;

/** The HTTP status codes of errors. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 413 | 500;

/** An error that is sent to the client. It contains no secret. */
export class RequestError extends Error {
  readonly status: ErrorStatus;
  readonly code: AnswerCode;
  /** What is wrong. */
  readonly problem: string;
  /** The name or path of the invalid field. */
  readonly argument: string | undefined;

  constructor(status: ErrorStatus, code: AnswerCode, problem: string, argument?: string) {
    super(argument === undefined ? problem : `${argument}: ${problem}`);
    this.status = status;
    this.code = code;
    this.problem = problem;
    this.argument = argument;
  }
}

/** Creates the error for a denied request. It does not reveal the reason. */
export function notGranted(): RequestError {
  return new RequestError(403, 'ERR_REFUSED', 'not granted');
}

/** Throws for an invalid field of a request. */
export function throwField(code: AccessTokenErrorCode, field: string, problem: string): never {
  throw new RequestError(400, code, problem, field);
}

/** The clients' names for fields that the library names differently, such as `ChannelName` for `channelName`. */
export type FieldNames = ReadonlyMap<string, string>;

/** Replaces the field name in an error with the client's name: `uid` instead of `services[0].uid`. */
export function withFieldName(error: RequestError, names: FieldNames): RequestError {
  const { status, code, problem, argument } = error;
  if (argument === undefined) return error;
  const name = argument.slice(argument.lastIndexOf('.') + 1);
  return new RequestError(status, code, problem, names.get(name) ?? name);
}
