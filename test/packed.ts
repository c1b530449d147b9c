/** Where the repository is, and the sample project of the tests. */
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const ROOT: string = fileURLToPath(new URL('../', import.meta.url));

/** The published sample project of Agora's official tests. */
export const SAMPLE = {
  AGORA_APP_ID: '970CA35de60c44645bbae8a215061b33',
  AGORA_APP_CERTIFICATE: '5CFd2fd1755d40ecb72977518be15d3b',
} as const;
