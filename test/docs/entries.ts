/** What the entries of the package export, read from the declarations in `dist/`. */
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../packed.js';
import { read } from './pages.js';

const { exports: entries } = JSON.parse(read('package.json')) as {
  readonly exports: Readonly<Record<string, string | { readonly import: { readonly types: string } }>>;
};

/** The declaration files of all entries. */
const FILES: ReadonlyMap<string, string> = new Map(
  Object.entries(entries).flatMap(([name, entry]) =>
    typeof entry === 'string' ? [] : [[name, join(ROOT, entry.import.types)]],
  ),
);

const program = ts.createProgram([...FILES.values()], {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  strict: true,
  types: [],
});
const checker = program.getTypeChecker();

/** Lists what an entry exports, such as `.` or `./web`. */
function exportsOf(entry: string): readonly ts.Symbol[] {
  const source = program.getSourceFile(FILES.get(entry) ?? '');
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`no declarations of the entry ${entry}`);
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
}

/** Lists the functions of the main entry, with the names of their parameters. */
export function exportedFunctions(): readonly {
  readonly name: string;
  readonly parameters: readonly string[];
}[] {
  return exportsOf('.').flatMap((symbol) => {
    const [signature] = checker.getTypeOfSymbol(symbol).getCallSignatures();
    if (signature === undefined) return [];
    return [{ name: symbol.name, parameters: signature.parameters.flatMap(namesOfParameter) }];
  });
}

/** Names a parameter, with `?` if it is optional; a rest parameter stands for the elements of its tuple. */
function namesOfParameter(parameter: ts.Symbol): readonly string[] {
  const { name, valueDeclaration } = parameter;
  if (valueDeclaration === undefined || !ts.isParameter(valueDeclaration)) return [name];
  if (valueDeclaration.dotDotDotToken === undefined) {
    return [valueDeclaration.questionToken === undefined ? name : `${name}?`];
  }
  const { target } = checker.getTypeOfSymbol(parameter) as ts.TupleTypeReference;
  return (target.labeledElementDeclarations ?? []).map((label, index) => {
    const isOptional = ((target.elementFlags[index] ?? 0) & ts.ElementFlags.Optional) !== 0;
    return `${label?.name.getText() ?? ''}${isOptional ? '?' : ''}`;
  });
}

/** Lists the properties of an exported interface, or the literals of an exported union. */
export function namesOf(type: string, entry = '.'): readonly string[] {
  const symbol = exportsOf(entry).find(({ name }) => name === type);
  if (symbol === undefined) throw new Error(`the entry ${entry} does not export ${type}`);
  const declared = checker.getDeclaredTypeOfSymbol(symbol);
  if (!declared.isUnion()) return checker.getPropertiesOfType(declared).map(({ name }) => name);
  return declared.types.map((literal) => {
    if (!literal.isStringLiteral()) throw new Error(`${type} is not a union of strings`);
    return literal.value;
  });
}

/** The doc comments of all modules and exports, each once, as Markdown by name. */
export function docComments(): ReadonlyMap<string, string> {
  const entryPoints = ['src/index.ts', 'src/web.ts', 'src/compat/agora-token.ts', 'src/server/app.ts'];
  const modules = entryPoints.map((path) => {
    const [comment = ''] = /^\/\*\*\n[^]*?\*\/$/mu.exec(read(path)) ?? [];
    return [path, comment.includes('@packageDocumentation') ? comment : ''] as const;
  });
  const declarations = [...FILES.keys()].flatMap((entry) =>
    exportsOf(entry).flatMap((symbol) =>
      (symbol.declarations ?? []).map((each) => [`${entry} ${symbol.name}`, statementOf(each).getFullText()] as const),
    ),
  );
  const names = new Map<string, string>();
  for (const [name, text] of [...modules, ...declarations]) {
    const markdown = Array.from(text.matchAll(/^[ \t]*\/\*\*\n([^]*?)\*\/$/gmu), ([, comment = '']) =>
      comment.replace(/^[ \t]*\* ?/gmu, ''),
    ).join('\n');
    if (!names.has(markdown)) names.set(markdown, name);
  }
  return new Map(Array.from(names, ([markdown, name]) => [name, markdown]));
}

/** The statement of a const, which has its doc comment; any other declaration has its own. */
function statementOf(declaration: ts.Declaration): ts.Node {
  return ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
}
