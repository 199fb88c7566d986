import sharp from 'sharp';
import type { ImageInput } from '../../../../serving-configs/models/input/image-input.ts';
import { numbersOf } from '../../../../serving-configs/models/tensors/compare-tensors.ts';
import { imageTensor } from '../../../../serving-configs/models/tensors/image-tensor.ts';

const plain: ImageInput = {
  input: 'x',
  datatype: 'FP32',
  resize: 'stretch',
  width: 2,
  height: 2,
  layout: 'NHWC',
  colours: 'rgb',
  scale: 1,
  mean: [0, 0, 0],
  deviation: [1, 1, 1],
};

/** An image of one colour, or with its left half in another. */
const png = (width: number, height: number, left = [10, 20, 30], right = left): Promise<Buffer> =>
  sharp(
    Uint8Array.from(
      Array.from({ length: width * height }, (_, at) =>
        at % width < width / 2 ? left : right,
      ).flat(),
    ),
    { raw: { width, height, channels: 3 } },
  )
    .png()
    .toBuffer();

const numbers = async (file: Buffer, image: Partial<ImageInput>): Promise<readonly number[]> =>
  Array.from(numbersOf(await imageTensor(file, { ...plain, ...image })));

describe('An image as a tensor', () => {
  it('has the channels last or first, and in either order', async () => {
    const file = await png(2, 1);

    expect(await numbers(file, { height: 1 })).toEqual([10, 20, 30, 10, 20, 30]);
    expect(await numbers(file, { height: 1, layout: 'NCHW' })).toEqual([10, 10, 20, 20, 30, 30]);
    expect(await numbers(file, { height: 1, colours: 'bgr' })).toEqual([30, 20, 10, 30, 20, 10]);
  });

  it('is scaled, then moved by the mean and divided by the deviation of each channel', async () => {
    const image = {
      width: 1,
      height: 1,
      scale: 0.5,
      mean: [1, 2, 3],
      deviation: [2, 4, 1],
    } as const;

    expect(await numbers(await png(1, 1), image)).toEqual([2, 2, 12]);
    expect(await numbers(await png(1, 1), { ...image, colours: 'bgr' })).toEqual([7, 2, 2]);
  });

  it('can have bytes or 16-bit floats', async () => {
    const file = await png(1, 1);
    const facts = { ...plain, width: 1, height: 1 };

    expect([...(await imageTensor(file, { ...facts, datatype: 'UINT8' })).bytes]).toEqual([
      10, 20, 30,
    ]);
    expect(await imageTensor(file, { ...facts, datatype: 'FP16' })).toMatchObject({
      datatype: 'FP16',
      shape: [1, 1, 1, 3],
    });
    expect(await numbers(file, { ...facts, datatype: 'FP16' })).toEqual([10, 20, 30]);
  });

  it('is padded with grey by letterbox, equally on both sides', async () => {
    const rows = await numbers(await png(8, 4), { width: 8, height: 8, resize: 'letterbox' });
    const reds = [0, 1, 2, 5, 6, 7].map((row) => rows[row * 8 * 3]);

    expect(reds).toEqual([114, 114, 10, 10, 114, 114]);
  });

  it('is white if it is transparent, even inside a grey border', async () => {
    const background = { r: 0, g: 0, b: 0, alpha: 0 };
    const file = await sharp({ create: { width: 4, height: 2, channels: 4, background } })
      .png()
      .toBuffer();
    const rows = await numbers(file, { width: 4, height: 4, resize: 'letterbox' });

    expect([0, 12, 24, 36].map((at) => rows[at])).toEqual([114, 255, 255, 114]);
  });

  it('is cropped at its sides, more with a larger shortSide', async () => {
    const file = await png(16, 8, [0, 0, 0], [200, 200, 200]);
    const crop = { width: 4, height: 4, resize: 'crop' } as const;
    const [whole, middle] = [
      await numbers(file, crop),
      await numbers(file, { ...crop, shortSide: 8 }),
    ];

    expect(whole).toHaveLength(48);
    expect([middle[0], middle[9]]).toEqual([0, 200]);
    expect(await numbers(file, { width: 2, height: 2, resize: 'stretch' })).toHaveLength(12);
  });

  it('gets the short side before the crop even if the input is not square', async () => {
    const file = await png(16, 8, [0, 0, 0], [200, 200, 200]);
    const crop = { width: 6, height: 2, resize: 'crop', shortSide: 8 } as const;
    const reds = (await numbers(file, crop)).filter((_, at) => at % 3 === 0);

    expect(reds).toEqual([0, 0, 0, 200, 200, 200, 0, 0, 0, 200, 200, 200]);
  });

  it('is refused if the file is not an image', async () => {
    await expect(imageTensor(Buffer.from('text'), plain)).rejects.toMatchObject({
      code: 'unsupported-type',
    });
  });
});
