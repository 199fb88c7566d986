// In Node 20, a thread has neither TypeScript nor the loader of its parent. Node 24 runs TypeScript natively.
if (!process.features.typescript) (await import('tsx/esm/api')).register();
await import('./worker.ts');
