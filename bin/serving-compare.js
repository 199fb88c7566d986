#!/usr/bin/env node
import module from 'node:module';

// From Node 22 on: what was compiled once is there at the next start, and in the processes that this one starts.
const { directory } = module.enableCompileCache?.() ?? {};
if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory;
await import('./typescript.js');
await import('./serving-compare.ts');
