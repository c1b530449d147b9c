/** All fuzz targets. */
import { commandTarget } from './command.js';
import { decodeToken006Target } from './decode-token-006.js';
import { decodeTokenTarget } from './decode-token.js';
import { inspectTokenTarget } from './inspect-token.js';
import { serverTarget } from './server.js';
import type { Target } from './target.js';
import { verifyTokenTarget } from './verify-token.js';
import { zlibTarget } from './zlib.js';

export const TARGETS: readonly Target[] = [
  decodeTokenTarget,
  verifyTokenTarget,
  inspectTokenTarget,
  decodeToken006Target,
  zlibTarget,
  commandTarget,
  serverTarget,
];
