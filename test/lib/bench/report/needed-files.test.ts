import { servingNames } from '../../../../serving-configs/index.ts';
import { neededFiles } from '../../../../lib/bench/report/needed-files.ts';

describe('What a team writes to serve the model in a container', () => {
  it('is only the configuration if the platform has an official image', () => {
    // TensorFlow Serving has monitoring.config, Triton a config.pbtxt that is generated from the manifest.
    expect(neededFiles('tfserving')).toEqual({ files: 1, lines: 4, options: 7 });
    expect(neededFiles('triton_onnx')).toMatchObject({ files: 1, options: 10 });
    expect(neededFiles('ovms')).toEqual({ files: 0, lines: 0, options: 9 });
  });

  it('is a Dockerfile, an application and a list of packages if it has none', () => {
    expect(neededFiles('flask').files).toBe(3);
  });

  it('includes the application if the platform is built on another one', () => {
    const [platform, application] = [neededFiles('cortex'), neededFiles('flask')];

    expect(platform.files).toBeGreaterThan(application.files);
    expect(platform.lines).toBeGreaterThan(application.lines);
  });

  it.each(servingNames)('is not empty for %s, and all files exist', (serving) => {
    const { files, lines, options } = neededFiles(serving);

    expect(lines).toBeGreaterThanOrEqual(files);
    expect(files + options).toBeGreaterThan(0);
  });
});
