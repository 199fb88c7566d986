#!/usr/bin/env node
// From Node 24 on, Node reads TypeScript by itself, and faster.
if (!process.features.typescript) (await import('tsx/esm/api')).register();
const { main } = await import('../lib/bundle/main.ts');
await main(process.argv.slice(2));
