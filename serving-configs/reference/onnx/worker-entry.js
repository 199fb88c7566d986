import { importTypeScript } from '../../../bin/import-typescript.js';

await importTypeScript(new URL('worker.ts', import.meta.url));
