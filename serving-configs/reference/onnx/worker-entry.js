// Node 20 gives a thread neither TypeScript nor its parent's loader; from Node 24 on, Node reads TypeScript by itself.
if (!process.features.typescript) (await import('tsx/esm/api')).register();
await import('./worker.ts');
