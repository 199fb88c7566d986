// In Node 20, a thread does not have the loader of its parent.
await import('../../../bin/typescript.js');
await import('./worker.ts');
