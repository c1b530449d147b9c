/** Compiles programs; the libraries of TypeScript are parsed once for all of them. */
import { dirname } from 'node:path';
import ts from 'typescript';

const LIBRARIES = dirname(ts.getDefaultLibFilePath({}));
const parsed = new Map<string, ts.SourceFile | undefined>();

/** Compiles strictly, without types of Node.js or browsers, and lists the errors, also those in declarations. */
export function errorsIn(files: readonly string[], options: ts.CompilerOptions): readonly string[] {
  const settings: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    types: [],
    lib: ['lib.es2022.d.ts'],
    // The libraries of TypeScript.
    skipDefaultLibCheck: true,
    ...options,
  };
  const host = ts.createCompilerHost(settings);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version, ...rest) => {
    if (dirname(name) !== LIBRARIES) return getSourceFile(name, version, ...rest);
    const key = JSON.stringify([name, version]);
    if (!parsed.has(key)) parsed.set(key, getSourceFile(name, version, ...rest));
    return parsed.get(key);
  };
  return ts.getPreEmitDiagnostics(ts.createProgram(files, settings, host)).map(({ file, messageText }) => {
    return `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
