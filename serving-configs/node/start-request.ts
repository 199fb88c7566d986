import { isServingName, servingNames, type ServingName } from '../index.ts';
import { UsageError } from '../reference/usage-error.ts';
import { imageOf } from './images.ts';

/** What the unit of the serving is to run. */
export interface StartRequest {
  readonly serving: ServingName;
  readonly engine: 'onnx' | 'null';
  /** The address of this node that the other one uses. */
  readonly address: string;
  /** The container's image; undefined where the reference serving runs. */
  readonly image?: string;
}

/**
 * Reads the unit's environment: SERVING and ENGINE of the request, SC_RUNTIME, SC_ADDRESS and SC_IMAGES of the node. The
 * null engine is always the reference serving's: it measures what the apparatus can carry, not the platform.
 * @throws UsageError where it cannot be started like that.
 */
export const readStartRequest = (
  env: Readonly<Record<string, string | undefined>>,
): StartRequest => {
  const { SERVING: serving = '', ENGINE: engine = '', SC_RUNTIME: runtime, SC_ADDRESS } = env;
  if (!isServingName(serving)) {
    throw new UsageError(`no serving "${serving}"`, `use one of ${servingNames.join(', ')}`);
  }
  if (engine !== 'onnx' && engine !== 'null') {
    throw new UsageError(`no engine "${engine}"`, 'use onnx or null');
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
  const request = { serving, engine, address: SC_ADDRESS } as const;
  return runtime === 'container' && engine === 'onnx'
    ? { ...request, image: imageOf(serving, env['SC_IMAGES']) }
    : request;
};
