#!/usr/bin/env node
// From Node 24 on, Node reads TypeScript by itself, and faster.
if (Number.parseInt(process.versions.node) < 24) (await import('tsx/esm/api')).register();
const { main } = await import('../lib/bundle/main.ts');
await main(process.argv.slice(2));
