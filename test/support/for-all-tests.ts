// Jest runs this once before all tests and outside of their sandboxes, so that child processes and native code inherit the environment.
import path from 'node:path';
import '../../serving-configs/reference/onnx/no-telemetry.ts';

// Child processes share one compile cache.
process.env['NODE_COMPILE_CACHE'] ??= path.resolve(import.meta.dirname, '../../.cache/compiled');

export default (): void => undefined;
