import {
  endpointOf,
  protocolsOf,
  servingNames,
  type ServingName,
} from '../../../serving-configs/index.ts';
import type { Encoding, Protocol } from '../../../serving-configs/manifest.ts';
import type { TensorModel } from '../../../serving-configs/models/tensors/tensor-model.ts';

/** A way to send a model's tensors to a serving. */
export interface TensorTarget {
  readonly serving: ServingName;
  readonly protocol: Protocol;
  readonly encoding: Encoding;
}

/** What a serving does not take of a model, and why; without a protocol, it takes nothing of it. */
export interface TensorTargetLeftOut extends Partial<TensorTarget> {
  readonly serving: ServingName;
  readonly reason: string;
}

export interface TensorTargets {
  /** In the order of the servings; of each protocol the default encoding first. */
  readonly targets: readonly TensorTarget[];
  readonly leftOut: readonly TensorTargetLeftOut[];
}

/** What every serving takes of a model, and what not and why, wherever it runs. */
export const tensorTargetsOf = ({
  inputs,
  outputs,
}: Pick<TensorModel, 'inputs' | 'outputs'>): TensorTargets => {
  const targets: TensorTarget[] = [];
  const leftOut: TensorTargetLeftOut[] = [];
  const half = [...inputs, ...outputs].find(({ datatype }) => datatype === 'FP16');
  const noJson = `JSON has no FP16, and "${half?.name}" is FP16`;
  for (const serving of servingNames) {
    const ways = protocolsOf(serving).flatMap((protocol) =>
      (endpointOf(serving, protocol)?.tensors ?? []).map((encoding) => ({
        serving,
        protocol,
        encoding,
      })),
    );
    const good = ways.filter(({ encoding }) => half === undefined || encoding !== 'json');
    targets.push(...good);
    if (ways.length === 0) {
      leftOut.push({ serving, reason: 'it does not support ONNX models with named tensors' });
    } else if (good.length === 0) leftOut.push({ serving, reason: noJson });
    else {
      const others = ways.filter((way) => !good.includes(way));
      leftOut.push(...others.map((way) => ({ ...way, reason: noJson })));
    }
  }
  return { targets, leftOut };
};
