// Compiles programs in TypeScript, each with all its modules into a few files: they start in less than half of the time that hundreds of
// modules take. In a clone they are kept for the many processes of a run.
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = path.resolve(import.meta.dirname, '..');
const FOLDER = path.join(ROOT, '.cache/programs');

/** The size and time of a file, by which a change of it is seen; undefined if it is gone. */
const stateOf = (file) => {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && `${stats.size} ${stats.mtimeMs}`;
};

/** Expressions for the place of a source, where it is now. */
const absolute = (file) => ({
  dirname: JSON.stringify(path.dirname(file)),
  filename: JSON.stringify(file),
  url: JSON.stringify(pathToFileURL(file).href),
});

/** Written like this because this file is compiled, too. */
const META = 'import.meta';

/** Expressions for the place of a source, as seen from programs in a folder that moves with it. */
const relativeTo = (folder) => (file) => {
  const way = path.relative(folder, file).replaceAll(path.sep, '/');
  return {
    dirname: `(${META}.dirname + ${JSON.stringify(`/${path.posix.dirname(way)}`)})`,
    filename: `(${META}.dirname + ${JSON.stringify(`/${way}`)})`,
    url: `new URL(${JSON.stringify(way)}, ${META}.url).href`,
  };
};

/** In a compiled file, a module still knows where its source is. */
const keepLocations = (locationsOf) => ({
  name: 'keep-locations',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.[jt]s$/ }, ({ path: file }) => {
      const source = readFileSync(file, 'utf8');
      const known = locationsOf(file);
      const contents = source.replaceAll(
        /\bimport\.meta\.(dirname|filename|url)\b/g,
        (_, name) => known[name],
      );
      return { contents, loader: file.endsWith('.ts') ? 'ts' : 'js' };
    }),
});

/** Compiles programs that share their modules. Packages stay as they are. The programs may be moved together with their sources if `isMovable`. */
export const compilePrograms = async ({ isMovable = false, ...options }) => {
  // Loaded late, because with a filled cache nothing needs it.
  const { build, stop } = await import('esbuild');
  const result = await build({
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [keepLocations(isMovable ? relativeTo(options.outdir) : absolute)],
    metafile: true,
    write: false,
    logLevel: 'silent',
    ...options,
  });
  await stop();
  return result;
};

/** Compiles a program for the cache. */
const compile = async (file) => {
  const startedAt = Date.now();
  const { outputFiles, metafile } = await compilePrograms({
    entryPoints: [file],
    outdir: FOLDER,
    entryNames: '[name]-[hash]',
    outExtension: { '.js': '.mjs' },
  });
  const [main] = Object.entries(metafile.outputs).find(
    ([, { entryPoint }]) => entryPoint !== undefined && path.join(ROOT, entryPoint) === file,
  );
  const sources = Object.keys(metafile.inputs).map((name) => path.join(ROOT, name));
  return { startedAt, outputFiles, sources, main: path.basename(main) };
};

const write = (file, content) => {
  const temporary = `${file}.${process.pid}.${Math.random()}`;
  writeFileSync(temporary, content);
  renameSync(temporary, file);
};

/** The compiled program and the states of its sources, from the cache; undefined if a source has changed. */
const fromCache = (record) => {
  try {
    const { main, sources } = JSON.parse(readFileSync(record, 'utf8'));
    return sources.every(([source, state]) => stateOf(source) === state) ? main : undefined;
  } catch {
    return undefined;
  }
};

/** Writes a compiled program, and returns its main file. Other processes see each file as a whole or not at all. */
const store = ({ outputFiles, main }, folder) => {
  for (const { path: output, contents } of outputFiles) {
    write(path.join(folder, path.basename(output)), contents);
  }
  return path.join(folder, main);
};

/** Puts a compiled program into the cache. */
const intoCache = (program, record) => {
  mkdirSync(FOLDER, { recursive: true });
  const main = store(program, FOLDER);
  const sources = [import.meta.filename, ...program.sources];
  // A source that was edited meanwhile is compiled again at the next start.
  if (sources.every((source) => statSync(source).mtimeMs < program.startedAt)) {
    const states = sources.map((source) => [source, stateOf(source)]);
    write(record, JSON.stringify({ main, sources: states }));
  }
  return main;
};

/** Puts a compiled program into a folder for this process. */
const intoTemporaryFolder = (program) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'serving-compare-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return store(program, folder);
};

/** The compiled form of a program, from the cache or made now. */
export const compiled = async (file) => {
  const key = createHash('sha256').update(file).digest('hex').slice(0, 16);
  const record = path.join(FOLDER, `${key}.json`);
  const cached = fromCache(record);
  if (cached !== undefined) return cached;
  const program = await compile(file);
  try {
    return intoCache(program, record);
  } catch {
    // A cache that cannot be written only makes starts slower.
    return intoTemporaryFolder(program);
  }
};
