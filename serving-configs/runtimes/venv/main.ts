/**
 * Runs the platform of one serving from packages until SIGTERM, SIGINT or the end of its parent process:
 * `node serving-configs/runtimes/venv/main.ts --serving ID`. Prints one line of JSON when it answers.
 */
import { runServing } from '../run-serving.ts';
import { readMainOptions } from './options.ts';
import { startPlatform } from './start-platform.ts';

runServing((stopping) => startPlatform(readMainOptions(process.argv.slice(2)), stopping));
