import { main } from '../lib/app.ts';

main();
