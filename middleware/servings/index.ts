import { platformOf, type PlatformName, type ServingName } from '../../serving-configs/index.ts';
import bentoml from './bentoml.ts';
import cortex from './cortex.ts';
import flask from './flask.ts';
import kserve from './kserve.ts';
import litserve from './litserve.ts';
import mlserver from './mlserver.ts';
import mms from './mms.ts';
import ovms from './ovms.ts';
import rayServe from './ray-serve.ts';
import type { ServingCodecs } from './serving.ts';
import tfserving from './tfserving.ts';
import torchserve from './torchserve.ts';
import triton from './triton.ts';

/** The codecs by platform. A platform with a manifest but without its codecs here does not compile. */
export const codecs = {
  torchserve,
  tfserving,
  triton,
  bentoml,
  cortex,
  flask,
  litserve,
  'ray-serve': rayServe,
  mms,
  kserve,
  mlserver,
  ovms,
} satisfies Record<PlatformName, ServingCodecs>;

/** How to talk to a serving. */
export const codecOf = (serving: ServingName): ServingCodecs => codecs[platformOf(serving)];
