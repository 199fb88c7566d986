import { platformOf, type PlatformName, type Serving } from '../../serving-configs/index.ts';
import djl from './djl.ts';
import litserve from './litserve.ts';
import { openInference, openInferenceInJson } from './open-inference.ts';
import { inputAsBody } from './predict-route.ts';
import { predictions } from './predictions.ts';
import { runningServerCodecs } from './running-server.ts';
import type { Codec, ServingCodecs } from './serving.ts';
import tfserving from './tfserving.ts';
import torchserve from './torchserve.ts';

/**
 * The codecs of a server on gRPC's C core, as every server in Python is. If a call waits for the server longer than
 * `grpc.server_max_unrequested_time_in_server` (30 s by default), the core answers CANCELLED although nobody cancelled it:
 * the server is busy and never saw the call.
 */
const onGrpcCore = <Codecs extends ServingCodecs & { readonly grpc: Codec }>(
  codecs: Codecs,
): Codecs => ({
  ...codecs,
  grpc: {
    ...codecs.grpc,
    meaningOf: (code: string) => (code === 'CANCELLED' ? 'overloaded' : undefined),
  },
});

/** Images and tensors go to one route, which tells them apart. */
const onOneRoute = inputAsBody({ image: '/predict', tensor: '/predict' });

/** The codecs of each platform. A manifest without codecs is a compile error. */
const codecsByPlatform: Readonly<Record<PlatformName, ServingCodecs>> = {
  // Each route takes one kind of input.
  bentoml: inputAsBody({ image: '/predict', tensor: '/predict_tensor' }),
  cortex: onOneRoute,
  djl,
  fastapi: onOneRoute,
  flask: onOneRoute,
  kserve: onGrpcCore(openInference),
  litserve,
  mlserver: onGrpcCore(openInferenceInJson),
  // TorchServe's front end is derived from this one, which has no gRPC.
  mms: predictions,
  mosec: onOneRoute,
  ovms: openInference,
  'ray-serve': onOneRoute,
  tfserving,
  torchserve,
  triton: openInference,
};

/** The codecs of a serving. */
export const codecOf = (serving: Serving): ServingCodecs =>
  typeof serving === 'string'
    ? codecsByPlatform[platformOf(serving)]
    : runningServerCodecs(serving);
