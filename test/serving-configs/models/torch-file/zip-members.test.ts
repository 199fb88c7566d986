import { UnreadableFile } from '../../../../serving-configs/models/torch-file/byte-reader.ts';
import { readZipMembers } from '../../../../serving-configs/models/torch-file/zip-members.ts';
import { zipArchive, type WrittenMember } from './zip-writer.ts';

const first = { name: 'a/first', bytes: Buffer.from('one') };
const second = { name: 'a/second', bytes: Buffer.from('two and a half') };
const archive = zipArchive([first, second]);

/** An archive of the first member, about which its directory says something else. */
const claiming = (claimed: WrittenMember['claimed']): Buffer =>
  zipArchive([{ ...first, ...(claimed && { claimed }) }, second]);

const readAll = (file: Uint8Array): readonly string[] => {
  const { names, read } = readZipMembers(file);
  return names.map((name) => String(read(name)));
};

/** A copy with other bytes from a place on, which counts from the end where it is negative. */
const withBytes = (place: number, ...values: readonly number[]): Buffer => {
  const copy = Buffer.from(archive);
  copy.set(values, place < 0 ? copy.length + place : place);
  return copy;
};

describe('the members of an archive', () => {
  it('are read by their names', () => {
    const { names, read } = readZipMembers(archive);

    expect(names).toEqual(['a/first', 'a/second']);
    expect([read('a/second')?.toString(), read('a/third')]).toEqual(['two and a half', undefined]);
  });

  it('are none in an archive that is empty', () => {
    expect(readZipMembers(zipArchive([])).names).toEqual([]);
  });

  it('are not read from a part of an archive', () => {
    for (let length = 0; length < archive.length; length++) {
      expect(() => readAll(archive.subarray(0, length))).toThrow(UnreadableFile);
    }
  });

  it('are never others when a byte of the archive is another', () => {
    const outcomes = Array.from(archive, (byte, place) => {
      try {
        return readAll(withBytes(place, byte ^ 0xff)).join();
      } catch (error) {
        return error instanceof UnreadableFile ? 'unreadable' : error;
      }
    });

    expect(new Set(outcomes)).toEqual(new Set(['unreadable', readAll(archive).join()]));
  });

  it.each([
    ['something behind its end', Buffer.concat([archive, Buffer.of(0)]), /something stands behind/],
    ['more than 4 GiB', withBytes(-6, 0xff, 0xff, 0xff, 0xff), /larger than 4 GiB/],
    ['a directory beyond its end', withBytes(-7, 1), /does not lie in it/],
    ['more members than entries', withBytes(-12, 3), /no entry at byte/],
    ['a compressed member', claiming({ method: 8 }), /a\/first is compressed or encrypted/],
    ['an encrypted member', claiming({ flags: 1 }), /a\/first is compressed or encrypted/],
    ['a damaged member', claiming({ crc: 1 }), /a\/first is damaged/],
    ['a member that is nowhere', claiming({ offset: 1 }), /does not lie where/],
    ['a member beyond the values', claiming({ offset: 0xff_ff_ff }), /does not lie where/],
    ['a member of another size', claiming({ sizeBytes: 2 }), /a\/first is damaged/],
    ['a member that is too long', claiming({ sizeBytes: 150 }), /does not lie where|smaller/],
    ['members larger than the file', claiming({ sizeBytes: 0x7f_ff_ff_ff }), /is smaller than/],
    ['one member twice', zipArchive([first, first]), /has a\/first twice/],
  ])('are refused in an archive with %s', (_, file, message) => {
    expect(() => readAll(file)).toThrow(UnreadableFile);
    expect(() => readAll(file)).toThrow(message);
  });
});
