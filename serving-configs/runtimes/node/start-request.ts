import { servingNames, type ServingName } from '../../index.ts';
import { readVariables, type Options } from '../../options/command.ts';
import { choice, integer, text } from '../../options/kinds.ts';
import { UsageError } from '../../options/usage-error.ts';

/** What the unit of the serving is to run. */
export interface StartRequest {
  readonly serving: ServingName;
  readonly engine: 'onnx' | 'noop' | 'delay';
  /** With the engine `delay`: what each request takes, one at a time, in milliseconds. */
  readonly delayMs?: number;
  /** The address of this node that the other one uses. */
  readonly address: string;
  /** Whether its container runs, and not the simulated server. */
  readonly isContainer: boolean;
}

const needed = { description: '', required: true } as const;

const variables = {
  SERVING: { ...needed, kind: choice('serving', servingNames) },
  ENGINE: { ...needed, kind: choice('engine', ['onnx', 'noop', 'delay']) },
  DELAY_MS: { kind: integer(1, 86_400_000), description: 'what the engine delay takes' },
  SC_RUNTIME: { ...needed, kind: choice('runtime', ['simulated', 'container']) },
  SC_ADDRESS: { ...needed, kind: text('ADDRESS', 'the address of this node') },
} as const satisfies Options;

/**
 * Reads the unit's environment: SERVING, ENGINE and DELAY_MS of the request, SC_RUNTIME and SC_ADDRESS of the node. Engines that
 * compute nothing are always the simulated server's: they measure the rig, not the platform.
 * @throws UsageError where it cannot be started like that.
 */
export const readStartRequest = (
  env: Readonly<Record<string, string | undefined>>,
): StartRequest => {
  const { SERVING, ENGINE, DELAY_MS, SC_RUNTIME, SC_ADDRESS } = readVariables(variables, env);
  const isContainer = SC_RUNTIME === 'container' && ENGINE === 'onnx';
  const request = { serving: SERVING, engine: ENGINE, address: SC_ADDRESS, isContainer } as const;
  if (ENGINE !== 'delay') return request;
  if (DELAY_MS === undefined) {
    throw new UsageError('DELAY_MS is not set', 'set it to what the engine delay takes');
  }
  return { ...request, delayMs: DELAY_MS };
};
