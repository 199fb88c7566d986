import type { ServingName } from '../../serving-configs/index.ts';
import bentoml from '../serving-configs/platforms/bentoml/traits.ts';
import cortex from '../serving-configs/platforms/cortex/traits.ts';
import flask from '../serving-configs/platforms/flask/traits.ts';
import kserve from '../serving-configs/platforms/kserve/traits.ts';
import litserve from '../serving-configs/platforms/litserve/traits.ts';
import mlserver from '../serving-configs/platforms/mlserver/traits.ts';
import mms from '../serving-configs/platforms/mms/traits.ts';
import ovms from '../serving-configs/platforms/ovms/traits.ts';
import rayServe from '../serving-configs/platforms/ray-serve/traits.ts';
import tfserving from '../serving-configs/platforms/tfserving/traits.ts';
import torchserve from '../serving-configs/platforms/torchserve/traits.ts';
import triton from '../serving-configs/platforms/triton/traits.ts';
import type { Traits } from './traits.ts';

/** The traits of every serving, from the folders of their platforms. */
const all: Readonly<Record<ServingName, Traits>> = {
  ...bentoml,
  ...cortex,
  ...flask,
  ...kserve,
  ...litserve,
  ...mlserver,
  ...mms,
  ...ovms,
  ...rayServe,
  ...tfserving,
  ...torchserve,
  ...triton,
};

export const traitsOf = (serving: ServingName): Traits => all[serving];
