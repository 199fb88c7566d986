// The load script and its load process on the k6-like runtime; the real k6 does the same in test/k6/real.
import { join } from 'node:path';
import { describeEngine } from './describe-engine.ts';

// One thread and the timers of Node: it is late on a busy machine. An answer takes twenty times as long.
describeEngine('the k6-like runtime', () => join(import.meta.dirname, 'runtime/k6.js'), 20);
