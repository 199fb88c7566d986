#!/usr/bin/env node
import './node-version.js';
await import('./typescript.js');
const { main } = await import('../lib/aws/bundle/main.ts');
await main(process.argv.slice(2));
