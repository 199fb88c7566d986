/** The codecs by platform; a new one is one line. */
export { default as bentoml } from './bentoml.ts';
export { default as cortex } from './cortex.ts';
export { default as flask } from './flask.ts';
export { default as kserve } from './kserve.ts';
export { default as litserve } from './litserve.ts';
export { default as mlserver } from './mlserver.ts';
export { default as mms } from './mms.ts';
export { default as ovms } from './ovms.ts';
export { default as 'ray-serve' } from './ray-serve.ts';
export { default as tfserving } from './tfserving.ts';
export { default as torchserve } from './torchserve.ts';
export { default as triton } from './triton.ts';
