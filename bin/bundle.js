#!/usr/bin/env node
await import('./typescript.js');
const { main } = await import('../lib/bundle/main.ts');
await main(process.argv.slice(2));
