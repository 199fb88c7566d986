import {
  platformOf,
  runningServerOf,
  type PlatformName,
  type ServingName,
} from '../../serving-configs/index.ts';
import { onGrpcCore } from './grpc-core.ts';
import litserve from './litserve.ts';
import { openInference, openInferenceInJson } from './open-inference.ts';
import { inputAsBody } from './predict-route.ts';
import { predictions } from './predictions.ts';
import { runningServerCodecs } from './running-server.ts';
import type { ServingCodecs } from './serving.ts';
import tfserving from './tfserving.ts';
import torchserve from './torchserve.ts';

/** Image and tensor to one route, told apart by their media type. */
const onOneRoute = inputAsBody({ image: '/predict', tensor: '/predict' });

/** A platform with a manifest but without its codecs does not compile. */
const codecsByPlatform: Readonly<Record<PlatformName, ServingCodecs>> = {
  // A route takes one kind of input.
  bentoml: inputAsBody({ image: '/predict', tensor: '/predict_tensor' }),
  cortex: onOneRoute,
  flask: onOneRoute,
  kserve: onGrpcCore(openInference),
  litserve,
  mlserver: onGrpcCore(openInferenceInJson),
  // The front end of TorchServe began as this one, without gRPC.
  mms: predictions,
  ovms: openInference,
  'ray-serve': onOneRoute,
  tfserving,
  torchserve,
  triton: openInference,
};

/** How to talk to a serving. */
export const codecOf = (serving: ServingName): ServingCodecs => {
  const server = runningServerOf(serving);
  return server === undefined ? codecsByPlatform[platformOf(serving)] : runningServerCodecs(server);
};
