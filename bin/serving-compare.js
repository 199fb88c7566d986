#!/usr/bin/env node
import './node-version.js';
import module from 'node:module';

// Node 22 and newer cache compiled code between starts, and for the processes that this one starts.
const { directory } = module.enableCompileCache?.() ?? {};
if (directory !== undefined && process.env.NODE_COMPILE_CACHE === undefined) {
  process.env.NODE_COMPILE_CACHE = directory;
}
const { importTypeScript } = await import('./import-typescript.js');
await importTypeScript(new URL('serving-compare.ts', import.meta.url));
