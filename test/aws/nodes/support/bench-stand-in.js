// A stand-in for the runner in the unit of a run. It behaves as the file /behaviour says, and logs its arguments and variables
// to /starts.log. Like the runner, it ends on SIGTERM with exit code 130.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

const names = ['PAIRS', 'OPTIONS'];
const request = Object.fromEntries(names.map((name) => [name, process.env[`SC_RUN_${name}`]]));
const { SC_BUCKET } = process.env;
appendFileSync(
  '/starts.log',
  `${JSON.stringify({ args: process.argv.slice(2), request, SC_BUCKET })}\n`,
);
process.once('SIGTERM', () => {
  appendFileSync('/ends.log', 'terminated\n');
  process.exit(130);
});

const behaviour = existsSync('/behaviour') ? readFileSync('/behaviour', 'utf8').trim() : 'run';
if (behaviour === 'done') {
  writeFileSync(`/var/lib/serving-compare/runs/${process.argv.at(-1)}/end-node`, '');
  process.exit(0);
}
if (behaviour.startsWith('exit ')) {
  process.stderr.write('E_RUNNER\n');
  process.exit(Number(behaviour.slice(5)));
}
writeFileSync(`/var/lib/serving-compare/runs/${process.argv.at(-1)}/status.json`, '{}');
if (behaviour === 'crash') process.kill(process.pid, 'SIGKILL');
setInterval(() => undefined, 1000);
