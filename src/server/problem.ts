/**
 * Refusals as problem documents, RFC 9457.
 */
import type { Answers } from './answers.js';
import { Refusal, type RefusalCode, type RefusalStatus } from './refusal.js';

/** A problem document: what is wrong, in words, and as a code to switch on. */
interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: RefusalStatus;
  readonly detail: string;
  readonly code: RefusalCode;
  readonly argument: string | undefined;
}

/** The phrases of HTTP, which are the titles of problems without a type of their own. */
const TITLES: Readonly<Record<RefusalStatus, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  500: 'Internal Server Error',
};

/** Answers with a problem document. */
export function answerProblem(
  answers: Answers,
  request: Request,
  { status, code, message, argument }: Refusal,
  headers?: Readonly<Record<string, string>>,
): Response {
  const problem: Problem = {
    type: 'about:blank',
    title: TITLES[status],
    status,
    detail: message,
    code,
    argument,
  };
  return answers.problem(request, status, problem, headers);
}

/** Answers to a method that a path does not have. */
export function answerWrongMethod(answers: Answers, request: Request, methods: string): Response {
  const refusal = new Refusal(405, 'ERR_METHOD', `use one of ${methods}`);
  return answerProblem(answers, request, refusal, { Allow: methods });
}
