// Loader hooks for a Node that does not run TypeScript: they replace types with spaces, as Node 24 does, with the same compiler. The
// results are cached, because the commands of a run start many processes.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = path.resolve(import.meta.dirname, '../.cache/stripped-types');

/** Loads the compiler late, because with a filled cache nothing needs it. */
const strip = async (source, file) => {
  const { transformSync } = await import('@swc/wasm-typescript');
  return transformSync(source, { filename: file, mode: 'strip-only' }).code;
};

const fromCache = (cached) => {
  try {
    return readFileSync(cached, 'utf8');
  } catch {
    return undefined;
  }
};

/** Other processes see the whole file or none. A folder that cannot be written only makes later starts slower. */
const intoCache = (cached, code) => {
  const temporary = `${cached}.${process.pid}.${Math.random()}`;
  try {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(temporary, code);
    renameSync(temporary, cached);
  } catch {}
};

export const load = async (url, context, nextLoad) => {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
  const file = fileURLToPath(url);
  const source = readFileSync(file, 'utf8');
  const cached = path.join(FOLDER, `${createHash('sha256').update(source).digest('hex')}.js`);
  let code = fromCache(cached);
  if (code === undefined) {
    code = await strip(source, file);
    intoCache(cached, code);
  }
  return { format: 'module', source: code, shortCircuit: true };
};
