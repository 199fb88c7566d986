import './node-version.js';
import module from 'node:module';

// Node 22 and newer cache compiled code between starts.
module.enableCompileCache?.();
const { importTypeScript } = await import('./import-typescript.js');
const { main } = await importTypeScript(new URL('../lib/aws/app.ts', import.meta.url));
await main();
