// Installs the emulator's Python environment in advance, so that no test waits for it.
import { emulatorPython } from './emulator-python.ts';

await emulatorPython();
