import path from 'node:path';
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';

// Prints the strings that a user may read, with their file and line, for a review of their wording: "npm run docs:strings".
const root = path.resolve(import.meta.dirname, '../..');
const config = path.join(root, 'tsconfig.json');
const FOLDERS = /^(lib|middleware|serving-configs|k6)\//;

const STRINGS: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateExpression,
]);

/** Several words, or one that begins with a capital letter, such as a heading. Others are keys, paths and the like. */
const WORDS = /\p{L}.*\s.*\p{L}|^.\p{Lu}\p{Ll}/su;

/** The strings in a part of a file. A string inside a template is only part of the template. */
const stringsIn = (node: Node): readonly Node[] => {
  if (STRINGS.has(node.kind)) return WORDS.test(node.getText()) ? [node] : [];
  const strings: Node[] = [];
  node.forEachChild((child) => {
    strings.push(...stringsIn(child));
  });
  return strings;
};

const compiler = new API({ cwd: root });
try {
  const program = compiler.updateSnapshot({ openProjects: [config] }).getProject(config)?.program;
  for (const name of program?.getSourceFileNames().toSorted() ?? []) {
    const file = path.relative(root, name);
    const source = program?.getSourceFile(name);
    if (source === undefined || !FOLDERS.test(file)) continue;
    for (const node of stringsIn(source)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      process.stdout.write(`${file}:${line + 1} ${node.getText().replaceAll(/\s+/g, ' ')}\n`);
    }
  }
} finally {
  compiler.close();
}
