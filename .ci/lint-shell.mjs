// Lints every shell script that git knows or would add, with shellcheck: node .ci/lint-shell.mjs
import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';

/** What a program prints; what it says on standard error is shown as it is. */
const run = (program, args, missing) => {
  const { error, status, stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined) {
    process.stderr.write(`error: ${missing}\n`);
    process.exit(2);
  }
  return { status, stdout };
};

const listed = run(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  'git is missing, which says what the scripts of the project are',
);
if (listed.status !== 0) process.exit(2);

const firstLine = (file) => readFileSync(file, 'latin1').split('\n', 1)[0];
const files = listed.stdout
  .split('\0')
  .filter((file) => file !== '' && lstatSync(file, { throwIfNoEntry: false })?.isFile());
const started = files.filter((file) => /^#!.*\b(ba|da)?sh\b/.test(firstLine(file)));
// Read by other scripts: no first line says what they are for.
const read = files.filter((file) => file.endsWith('.sh') && !started.includes(file));

if (started.length === 0 || read.length === 0) {
  process.stderr.write('error: no shell scripts were found\n');
  process.exit(2);
}
for (const args of [started, ['--shell', 'bash', ...read]]) {
  const { status, stdout } = run(
    'shellcheck',
    ['--external-sources', ...args],
    'shellcheck is missing: apt-get install -y shellcheck',
  );
  process.stdout.write(stdout);
  if (status !== 0) process.exitCode = 1;
}
