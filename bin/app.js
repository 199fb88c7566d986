import module from 'node:module';

// From Node 22 on: what was compiled once is there at the next start.
module.enableCompileCache?.();
await import('./typescript.js');
const { main } = await import('../lib/app.ts');
await main();
