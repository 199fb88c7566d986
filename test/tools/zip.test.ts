import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writePack } from '../../serving-configs/models/build/pack.ts';
import { useTemporaryFolders } from '../support/temporary-folder.ts';
import { demandPrograms } from './demand-programs.ts';

const temporaryFolder = useTemporaryFolders();
const MODEL = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 251));

/** What another program finds in a zip file: its check of all sums, and the members' names and sizes. */
const READ_ZIP = `import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    print(json.dumps([archive.testzip(), [[m.filename, m.file_size, m.compress_type] for m in archive.infolist()],
                      archive.read("code/handler.py").decode()]))`;

beforeAll(() => demandPrograms('python3'));

describe('a model in one piece with its code', () => {
  it('is a zip file that other programs read', async () => {
    const folder = temporaryFolder();
    const modelFile = path.join(folder, 'weights.onnx');
    mkdirSync(path.join(folder, 'code'));
    writeFileSync(modelFile, MODEL);
    writeFileSync(path.join(folder, 'code/handler.py'), 'print("é")\n');
    writeFileSync(path.join(folder, 'empty.json'), '');
    const file = path.join(folder, 'pack');
    const files = { 'code/handler.py': 'code/handler.py', 'INF/empty.json': 'empty.json' };
    await writePack(file, { as: 'zip', model: 'weights/model.onnx', files }, modelFile, folder);
    const found: unknown = JSON.parse(
      execFileSync('python3', ['-c', READ_ZIP, file], { encoding: 'utf8' }),
    );

    expect(found).toEqual([
      null,
      [
        ['code/handler.py', 12, 0],
        ['INF/empty.json', 0, 0],
        ['weights/model.onnx', MODEL.length, 0],
      ],
      'print("é")\n',
    ]);
  });
});
