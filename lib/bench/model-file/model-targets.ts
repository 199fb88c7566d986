import {
  endpointOf,
  protocolsOf,
  servingNames,
  type ServingName,
} from '../../../serving-configs/index.ts';
import type { Encoding, Payload, Protocol } from '../../../serving-configs/manifest.ts';
import type { TensorsOfModel } from '../../../serving-configs/models/tensors/tensor-spec.ts';
import type { AnyModel } from './described-model.ts';

/** A way to send a model's tensors to a serving. */
export interface DescribedTarget {
  readonly serving: ServingName;
  readonly protocol: Protocol;
  readonly encoding: Encoding;
}

/** A way to send images to a serving. */
interface ImageTarget extends DescribedTarget {
  readonly payload: Payload;
}

/** A target that cannot serve a model, and why. Without a protocol, no target of the serving can. */
export interface TensorTargetLeftOut extends Partial<DescribedTarget> {
  readonly serving: ServingName;
  readonly reason: string;
}

export interface TensorTargets {
  /** In the order of the servings; the default encoding of each protocol comes first. */
  readonly targets: readonly DescribedTarget[];
  readonly leftOut: readonly TensorTargetLeftOut[];
}

/** Sorts the targets of all servings by whether they can serve a model, wherever they run. */
export const tensorTargetsOf = ({ inputs, outputs }: TensorsOfModel): TensorTargets => {
  const targets: DescribedTarget[] = [];
  const leftOut: TensorTargetLeftOut[] = [];
  const fp16 = [...inputs, ...outputs].find(({ datatype }) => datatype === 'FP16');
  const noJson = `JSON has no FP16, but "${fp16?.name}" is FP16`;
  for (const serving of servingNames) {
    const all = protocolsOf(serving).flatMap((protocol) =>
      (endpointOf(serving, protocol)?.tensors ?? []).map((encoding) => ({
        serving,
        protocol,
        encoding,
      })),
    );
    const possible = all.filter(({ encoding }) => fp16 === undefined || encoding !== 'json');
    targets.push(...possible);
    if (all.length === 0) {
      leftOut.push({ serving, reason: 'it does not support ONNX models with named tensors' });
    } else if (possible.length === 0) leftOut.push({ serving, reason: noJson });
    else {
      const impossible = all.filter((target) => !possible.includes(target));
      leftOut.push(...impossible.map((target) => ({ ...target, reason: noJson })));
    }
  }
  return { targets, leftOut };
};

/** The targets of images of all servings, wherever they run. */
export const imageTargets: readonly ImageTarget[] = servingNames.flatMap((serving) =>
  protocolsOf(serving).flatMap((protocol) =>
    Object.entries(endpointOf(serving, protocol)?.payloads ?? {}).flatMap(([key, encodings]) =>
      encodings.map((encoding) => ({ serving, protocol, payload: key as Payload, encoding })),
    ),
  ),
);

/** The targets of all servings that a model can be measured with, and those that it cannot. */
export const targetsOfModel = (
  model: AnyModel,
): {
  readonly targets: readonly (DescribedTarget | ImageTarget)[];
  readonly leftOut: readonly TensorTargetLeftOut[];
} => (model.kind === 'built' ? { targets: imageTargets, leftOut: [] } : tensorTargetsOf(model));
