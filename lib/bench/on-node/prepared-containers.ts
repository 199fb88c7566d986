import { existsSync } from 'node:fs';
import path from 'node:path';
import { ONNX_PART } from '../../../serving-configs/runtimes/docker/container-models.ts';
import { isServingName, servingFactsOf } from '../../../serving-configs/index.ts';
import {
  NODE_MODELS,
  type PreparedServings,
} from '../../../serving-configs/runtimes/aws-node/prepared-servings.ts';
import { BenchError } from '../model/errors.ts';
import type { Plan, RunSettings } from '../model/plan.ts';
import type { RuntimeEntry } from '../run/servings/runtime.ts';

/**
 * Describes the containers of a serving node for the plan of a run. All pairs must make the same plan, so it contains nothing
 * that differs between nodes, such as the id of an image that a node built itself.
 */
export const preparedEntries = ({
  accelerator,
  servings,
}: PreparedServings): readonly RuntimeEntry[] =>
  Object.entries(servings).flatMap(([serving, { image, standIn, problem }]): RuntimeEntry[] => {
    if (!isServingName(serving)) return [];
    if (problem !== undefined) {
      const reason = 'its container did not answer correctly when the serving node was set up';
      return [{ serving, state: 'not-installed', reason }];
    }
    const { title, version } = servingFactsOf(serving);
    return [
      {
        serving,
        state: 'installed',
        platform: `${title} ${version}`,
        engine: `its container on ${accelerator === 'gpu' ? 'an NVIDIA GPU' : 'the CPU'}`,
        real: standIn?.hasRealServer ?? true,
        standIn: standIn?.of,
        note: standIn?.note,
        image: image?.includes('@') === true ? image : undefined,
        accelerator,
      },
    ];
  });

/**
 * The model settings of a run: the ONNX file from which the correct answers are computed. The bootstrap of this node made it.
 *
 * @throws BenchError if it does not exist.
 */
export const modelSettings = ({
  model,
}: PreparedServings): Required<Pick<RunSettings, 'modelFiles'>> => {
  const onnx = path.join(NODE_MODELS, ONNX_PART);
  if (existsSync(onnx)) {
    return { modelFiles: { onnx, trained: model.trained, title: model.weights } };
  }
  throw new BenchError('BENCH_NO_MODEL', `there is no ${onnx} on this node`, {
    hint: 'see /var/log/serving-compare-bootstrap.log on the node, and deploy again',
  });
};

/** @throws BenchError if the containers serve a model that was built from another ONNX file than this node's. */
export const assertSameModel = (
  { model: served }: PreparedServings,
  { model }: Pick<Plan, 'model'>,
): void => {
  if (served.sha256 === model.sha256) return;
  throw new BenchError(
    'BENCH_OTHER_MODEL',
    `the two nodes of the pair built different models: the SHA-256 of the ONNX file is ${served.sha256} on the serving node and ${model.sha256} here`,
    {
      hint: 'deploy again, so that both nodes build it again: npx serving-compare finish && npx serving-compare deploy',
    },
  );
};
