#!/usr/bin/env node
// The program of the k6-like runtime, see README.md. Only loads TypeScript and puts our modules in the place of k6's.
import { register } from 'node:module';
import { register as registerTsx } from 'tsx/esm/api';

registerTsx();
register('./resolve.js', import.meta.url);
await import('./main.ts');
