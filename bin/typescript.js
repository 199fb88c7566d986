// Starts a program in TypeScript, like Node 24 and newer do by themselves: node bin/typescript.js PROGRAM ARGUMENTS
import './node-version.js';
import cluster from 'node:cluster';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { importTypeScript } from './import-typescript.js';

const [, launcher, program, ...args] = process.argv;
// Other processes of a cluster start in the same way.
if (cluster.isPrimary) cluster.setupPrimary({ exec: launcher, args: [program, ...args] });
process.argv.splice(1, 2, path.resolve(program));
await importTypeScript(pathToFileURL(program));
