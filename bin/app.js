import module from 'node:module';

// From Node 22 on: what was compiled once is there at the next start.
module.enableCompileCache?.();
// From Node 24 on, Node reads TypeScript by itself, and faster.
if (!process.features.typescript) (await import('tsx/esm/api')).register();
const { main } = await import('../lib/app.ts');
await main();
