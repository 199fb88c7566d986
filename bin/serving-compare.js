#!/usr/bin/env node
// Node 20 cannot read TypeScript by itself; newer ones skip nothing by going through tsx too.
import { register } from 'tsx/esm/api';

register();
await import('./serving-compare.ts');
