/**
 * Runs what the systemd unit of the serving starts: the simulated server in this process, or the container of a platform. The
 * environment decides, see `run-container.ts`.
 */
import { fail } from '../../options/program.ts';
import { readStartRequest, runContainer } from './run-container.ts';

try {
  const request = readStartRequest(process.env);
  const { serving, engine, delayMs, tensorModelFile, address, isContainer } = request;
  if (isContainer) {
    await runContainer(serving, tensorModelFile);
  } else {
    // In this process: no further process runs beside the measured one, and no signals have to be forwarded.
    const delay = delayMs === undefined ? [] : ['--delay', `${delayMs}ms`];
    const model = tensorModelFile === undefined ? [] : ['--tensor-model', tensorModelFile];
    const engineArgs = ['--engine', engine, ...delay, ...model];
    process.argv.splice(2, Infinity, '--serving', serving, ...engineArgs, '--host', address);
    await import('../../reference/main.ts');
  }
} catch (error) {
  fail(error);
}
