// Node 20 gives a thread neither TypeScript nor its parent's loader.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
