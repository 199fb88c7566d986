// Jest runs this once, before all tests and outside of their worlds, whose environment no process and no native code sees.
import path from 'node:path';
import '../../serving-configs/reference/onnx/no-telemetry.ts';

// What the tests start is compiled once.
process.env['NODE_COMPILE_CACHE'] ??= path.resolve(import.meta.dirname, '../../.cache/compiled');

export default (): void => undefined;
