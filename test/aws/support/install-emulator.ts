// Installs what the emulated AWS runs in, so that no test waits for it.
import { emulatorPython } from './emulator-python.ts';

await emulatorPython();
