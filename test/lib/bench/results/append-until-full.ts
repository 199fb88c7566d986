// Appends records to the file in argv until one cannot be written. Prints the number of written records and the error code.
import { BenchError } from '../../../../lib/bench/model/errors.ts';
import { openResultsFile } from '../../../../lib/bench/results/results-file.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const run = async (file: string): Promise<void> => {
  const results = await openResultsFile(file);
  const { records } = recordedRun({ repeats: 9, durationSeconds: 1 });
  let written = 0;
  try {
    for (const record of records) {
      await results.append(record);
      written += 1;
    }
  } catch (error) {
    const code = error instanceof BenchError ? error.code : String(error);
    process.stdout.write(JSON.stringify({ written, code }));
  }
};

void run(process.argv[2] ?? '');
