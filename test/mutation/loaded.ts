/** The name of the test that fails when a file of tests cannot be loaded. */
export const LOADED = 'the file can be loaded';
