/** The name of the test that fails when a test file does not load. */
export const LOAD_TEST = 'the test file loads';
