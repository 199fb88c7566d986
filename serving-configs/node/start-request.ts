import { isServingName, servingNames, type ServingName } from '../index.ts';
import { UsageError } from '../options/usage-error.ts';

/** What the unit of the serving is to run. */
export interface StartRequest {
  readonly serving: ServingName;
  readonly engine: 'onnx' | 'null' | 'delay';
  /** With the engine `delay`: what each request takes, one at a time, in milliseconds. */
  readonly delayMs?: number;
  /** The address of this node that the other one uses. */
  readonly address: string;
  /** Whether its container runs, and not the reference serving. */
  readonly isContainer: boolean;
}

const delayOf = (text = ''): number => {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError(`DELAY_MS is "${text}"`, 'set it to what the engine delay takes');
};

/**
 * Reads the unit's environment: SERVING, ENGINE and DELAY_MS of the request, SC_RUNTIME and SC_ADDRESS of the node. Engines that compute nothing are always the reference serving's: they measure the apparatus, not the platform.
 * @throws UsageError where it cannot be started like that.
 */
export const readStartRequest = (
  env: Readonly<Record<string, string | undefined>>,
): StartRequest => {
  const { SERVING: serving = '', ENGINE: engine = '', SC_RUNTIME: runtime, SC_ADDRESS } = env;
  if (!isServingName(serving)) {
    throw new UsageError(`no serving "${serving}"`, `use one of ${servingNames.join(', ')}`);
  }
  if (engine !== 'onnx' && engine !== 'null' && engine !== 'delay') {
    throw new UsageError(`no engine "${engine}"`, 'use onnx, null or delay');
  }
  if (runtime !== 'reference' && runtime !== 'container') {
    throw new UsageError(`no runtime "${runtime}"`, 'set SC_RUNTIME to reference or container');
  }
  if (SC_ADDRESS === undefined || SC_ADDRESS === '') {
    throw new UsageError(
      'SC_ADDRESS, the address of this node, is not set',
      'run the bootstrap of this node again',
    );
  }
  const isContainer = runtime === 'container' && engine === 'onnx';
  const request = { serving, engine, address: SC_ADDRESS, isContainer } as const;
  return engine === 'delay' ? { ...request, delayMs: delayOf(env['DELAY_MS']) } : request;
};
