import type { Options } from '../../../serving-configs/options/command.ts';
import { isProcessFault } from '../model/fault.ts';
import { disturbServing } from '../node/disturb-serving.ts';
import { usageError, type Command } from './command.ts';

/** Does a fault to the serving of a serving node. Called by `disturb-serving.sh`, not by people. */
export const nodeDisturbCommand: Command<Options> = async (_, { console, signal }) => {
  const { FAULT = '', AT_MS, FOR_MS, ENGINE, SC_RUNTIME } = process.env;
  if (!isProcessFault(FAULT)) {
    throw usageError('this command runs on a serving node', 'there a document calls it');
  }
  const isContainer = SC_RUNTIME === 'container' && ENGINE === 'onnx';
  const times = { atMs: Number(AT_MS), forMs: Number(FOR_MS) };
  const done = await disturbServing(FAULT, times, isContainer, signal);
  console.out(`${JSON.stringify(done)}\n`);
  return 0;
};
