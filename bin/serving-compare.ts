import { main } from '../lib/bench/cli.ts';

process.exitCode = await main(process.argv.slice(2));
