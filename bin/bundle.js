#!/usr/bin/env node
import './node-version.js';
const { importTypeScript } = await import('./import-typescript.js');
const { main } = await importTypeScript(new URL('../lib/aws/bundle/main.ts', import.meta.url));
await main(process.argv.slice(2));
