/**
 * What the unit of the serving runs: the simulated server, in this process, or a platform's container. What it runs is
 * in its environment, see `run-container.ts`.
 */
import { fail } from '../../options/program.ts';
import { readStartRequest, runContainer } from './run-container.ts';

try {
  const request = readStartRequest(process.env);
  const { serving, engine, delayMs, tensorModelFile, address, isContainer } = request;
  if (isContainer) {
    await runContainer(serving, tensorModelFile);
  } else {
    // Not a child: one process less beside what is measured, and signals need no forwarding.
    const delay = delayMs === undefined ? [] : ['--delay', `${delayMs}ms`];
    const model = tensorModelFile === undefined ? [] : ['--tensor-model', tensorModelFile];
    const engineArgs = ['--engine', engine, ...delay, ...model];
    process.argv.splice(2, Infinity, '--serving', serving, ...engineArgs, '--host', address);
    await import('../../reference/main.ts');
  }
} catch (error) {
  fail(error);
}
