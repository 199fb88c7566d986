// Jest runs this once, before all tests and outside of their worlds, whose environment ONNX Runtime does not see.
import '../../serving-configs/reference/onnx/no-telemetry.ts';

export default (): void => undefined;
