import { main } from '../lib/app.ts';

await main();
