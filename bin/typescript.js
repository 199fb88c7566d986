// Lets Node run TypeScript. Node 24 and newer do so by themselves, and faster.
import { register } from 'node:module';

if (!process.features.typescript) register('./strip-types.js', import.meta.url);
