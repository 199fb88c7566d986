// Lints every shell script that git tracks or would add, with shellcheck: node .ci/lint-shell.mjs
import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';

/** Runs a program and returns its output. Its stderr is shown. */
const run = (program, args, missingMessage) => {
  const { error, status, stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined) {
    process.stderr.write(`error: ${missingMessage}\n`);
    process.exit(2);
  }
  return { status, stdout };
};

const list = run(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  'git is missing, which lists the scripts of the project',
);
if (list.status !== 0) process.exit(2);

const firstLine = (file) => readFileSync(file, 'latin1').split('\n', 1)[0];
const files = list.stdout
  .split('\0')
  .filter((file) => file !== '' && lstatSync(file, { throwIfNoEntry: false })?.isFile());
const executed = files.filter((file) => /^#!.*\b(ba|da)?sh\b/.test(firstLine(file)));
// Without a shebang, because other scripts source them.
const sourced = files.filter((file) => file.endsWith('.sh') && !executed.includes(file));

if (executed.length === 0 || sourced.length === 0) {
  process.stderr.write('error: no shell scripts were found\n');
  process.exit(2);
}
for (const args of [executed, ['--shell', 'bash', ...sourced]]) {
  const { status, stdout } = run(
    'shellcheck',
    ['--external-sources', ...args],
    'shellcheck is missing: apt-get install -y shellcheck',
  );
  process.stdout.write(stdout);
  if (status !== 0) process.exitCode = 1;
}
