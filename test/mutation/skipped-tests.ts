/** Tests that measure time, memory or code size, that use the build, that change the source, or that are slow. */
export const SKIPPED_TESTS: readonly RegExp[] = [
  /are not loaded at import$/u,
  /^imports nothing of Node\.js$/u,
  /^a bundle of .* has at most a stated size$/u,
  /^time and memory are bounded/u,
  /^a stream of 1 GiB/u,
  /^services that a token cannot hold are rejected before all of them are read/u,
  /is at most 50 ms for any string$/u,
  /^a new service type/u,
  /takes (?:linear|bounded) time|the time is linear/u,
  /in less than a second$/u,
  /^the limit of (?:65536|1048576) bytes is exact$/u,
  /^deflate > compresses 1048576 bytes/u,
];
