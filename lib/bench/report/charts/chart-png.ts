import sharp from 'sharp';

/** Twice the points of the drawing, so that text is sharp in a document and on any screen. */
const DOTS_PER_INCH = 144;

/** A chart as an image for documents that take no SVG, on a light surface. */
export const chartPng = (standaloneSvg: string): Promise<Buffer> =>
  sharp(Buffer.from(standaloneSvg), { density: DOTS_PER_INCH }).png().toBuffer();
