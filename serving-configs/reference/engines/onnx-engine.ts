import { InvalidImage } from '../../models/input/image-header.ts';
import { canStack, stack, unstack } from '../../models/tensors/stack-tensors.ts';
import { UnreadableTensors, type NamedTensor } from '../../models/tensors/tensor-body.ts';
import { messageOf } from '../../options/usage-error.ts';
import type { GivenSettings } from '../../settings.ts';
import { BadInput, type InferenceCall, type WireFailure } from '../../protocols/wire.ts';
import type { InferenceEngine, EngineReply } from '../engine.ts';
import type { ComputedModel } from '../onnx/computed-model.ts';
import { startModelThread, type ModelThread } from '../onnx/model-thread.ts';
import type { WorkerRequest } from '../onnx/worker-messages.ts';
import { createBatcher } from './batcher.ts';

const failureOf = (error: unknown): WireFailure =>
  [InvalidImage, BadInput, UnreadableTensors].some((kind) => error instanceof kind)
    ? { kind: 'bad-input', message: messageOf(error) }
    : { kind: 'failed', message: messageOf(error) };

/** Computes requests as one batch if their tensors fit together, otherwise one after the other. */
const computeBatch = async (
  { compute }: ModelThread,
  requests: readonly WorkerRequest[],
): Promise<readonly (readonly NamedTensor[])[]> => {
  if (requests.length > 1 && canStack(requests)) {
    return unstack(await compute(stack(requests)), requests);
  }
  const outputs: (readonly NamedTensor[])[] = [];
  for (const request of requests) outputs.push(await compute(request));
  return outputs;
};

/** Creates an engine that runs the model in a thread for each instance. */
export const createOnnxEngine = (
  model: ComputedModel,
  settings: GivenSettings,
): InferenceEngine => {
  let threads: readonly ModelThread[] = [];
  let adapted: ReturnType<ComputedModel['adapt']> | undefined;
  /** Aborted with the reason when the threads compute no more requests. */
  const ended = new AbortController();

  const start = async (): Promise<void> => {
    const workerData = {
      file: await model.file(),
      threads: settings.threads,
      example: model.example,
    };
    threads = await Promise.all(
      Array.from({ length: settings.instances }, () =>
        startModelThread(workerData, ended, model.hint),
      ),
    );
    const [first] = threads;
    if (first !== undefined) adapted = model.adapt(first.tensors);
  };

  const compute = createBatcher<WorkerRequest, readonly NamedTensor[]>(
    settings,
    async (requests, instance) => {
      // A stop does not have to compute those that wait.
      ended.signal.throwIfAborted();
      const { [instance]: thread } = threads;
      if (thread === undefined) throw new Error('the engine has not been started');
      return computeBatch(thread, requests);
    },
  );

  const reply = async <Answer>(
    call: InferenceCall<Answer>,
    body: Uint8Array,
  ): Promise<EngineReply<Answer>> => {
    try {
      if (adapted === undefined) throw new Error('the engine has not been started');
      const { result, ...times } = await compute(await adapted.inputs(call.read(body)));
      const answer = call.render(call.form(body), adapted.outputs(result));
      return { kind: 'answer', answer, times };
    } catch (error) {
      return { kind: 'answer', answer: call.fail(failureOf(error)) };
    }
  };

  return {
    trained: model.trained,
    reads: 'whole',
    get isReady() {
      return adapted !== undefined && !ended.signal.aborted;
    },
    start,
    reply,
    close: async () => {
      if (threads.length === 0 || ended.signal.aborted) return;
      ended.abort(new Error('the engine is closed'));
      await Promise.all(threads.map(({ close }) => close()));
    },
  };
};
