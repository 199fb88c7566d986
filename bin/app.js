import './node-version.js';
import module from 'node:module';

// Node 22 and newer cache compiled code between starts.
module.enableCompileCache?.();
await import('./typescript.js');
const { main } = await import('../lib/aws/app.ts');
await main();
