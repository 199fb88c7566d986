/**
 * Runs what the systemd unit of the serving starts: the simulated server in this process, or the container of a platform. The
 * environment decides, see `run-container.ts`.
 */
import { writeArguments } from '../../options/command.ts';
import { fail } from '../../options/program.ts';
import { referenceCommand } from '../../reference/options.ts';
import { settingsArguments } from '../simulated-settings.ts';
import { readStartRequest, runContainer } from './run-container.ts';

try {
  const { isContainer, settings, ...options } = readStartRequest(process.env);
  if (isContainer) {
    await runContainer(options.serving, options.model, settings);
  } else {
    // In this process: no further process runs beside the measured one, and no signals have to be forwarded.
    const args = [
      ...writeArguments(referenceCommand.options, options),
      ...settingsArguments(settings),
    ];
    process.argv.splice(2, Infinity, ...args);
    await import('../../reference/main.ts');
  }
} catch (error) {
  fail(error);
}
