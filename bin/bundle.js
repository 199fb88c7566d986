#!/usr/bin/env node
// Node 20 cannot read TypeScript by itself; newer ones skip nothing by going through tsx too.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../lib/bundle/main.ts');
await main(process.argv.slice(2));
