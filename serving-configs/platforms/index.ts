/** The manifests by the name of their folder. A new platform adds one line. */
export { default as bentoml } from './bentoml/manifest.ts';
export { default as cortex } from './cortex/manifest.ts';
export { default as djl } from './djl/manifest.ts';
export { default as fastapi } from './fastapi/manifest.ts';
export { default as flask } from './flask/manifest.ts';
export { default as kserve } from './kserve/manifest.ts';
export { default as litserve } from './litserve/manifest.ts';
export { default as mlserver } from './mlserver/manifest.ts';
export { default as mms } from './mms/manifest.ts';
export { default as mosec } from './mosec/manifest.ts';
export { default as ovms } from './ovms/manifest.ts';
export { default as 'ray-serve' } from './ray-serve/manifest.ts';
export { default as tfserving } from './tfserving/manifest.ts';
export { default as torchserve } from './torchserve/manifest.ts';
export { default as triton } from './triton/manifest.ts';
