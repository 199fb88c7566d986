import { type ByteReader, UnreadableFile } from './byte-reader.ts';

/** What a pickle may call: given by us, never by the file. */
export type PickleFunction = (args: readonly unknown[]) => unknown;

/** What the names in a pickle mean. Both throw {@link UnreadableFile} for what they do not know. */
export interface PickleNames {
  /** The meaning of a class or function, e.g. `collections OrderedDict`. */
  readonly global: (name: string) => PickleFunction;
  /** The object that an id of the writer's own stands for. */
  readonly persistent: (id: unknown) => unknown;
}

const MOST_PROTOCOL = 2;

/** A stack machine's state. A mark is the height that the stack had. */
interface Machine {
  readonly reader: ByteReader;
  readonly names: PickleNames;
  stack: unknown[];
  readonly marks: number[];
  readonly memo: Map<number, unknown>;
}

const pop = ({ stack, reader, marks }: Machine): unknown => {
  if (stack.length <= (marks.at(-1) ?? 0)) {
    throw new UnreadableFile(
      `the pickle takes a value that is not there, before byte ${reader.offset}`,
    );
  }
  return stack.pop();
};

const popToMark = (machine: Machine): unknown[] => {
  const height = machine.marks.pop();
  if (height === undefined) {
    throw new UnreadableFile(`a mark is missing before byte ${machine.reader.offset}`);
  }
  return machine.stack.splice(height);
};

const top = <Kind>(machine: Machine, kind: new () => Kind, what: string): Kind => {
  const value = machine.stack.at(-1);
  if (value instanceof kind) return value;
  throw new UnreadableFile(`there is no ${what} to fill, before byte ${machine.reader.offset}`);
};

const setItems = (machine: Machine, items: readonly unknown[]): void => {
  const map = top(machine, Map, 'dictionary');
  if (items.length % 2 !== 0) {
    throw new UnreadableFile(`a key without a value, before byte ${machine.reader.offset}`);
  }
  for (let at = 0; at < items.length; at += 2) map.set(items[at], items[at + 1]);
};

const popTuple = (machine: Machine, length: number): readonly unknown[] =>
  Array.from({ length }, () => pop(machine)).toReversed();

const recall = ({ memo, reader }: Machine, index: number): unknown => {
  if (memo.has(index)) return memo.get(index);
  throw new UnreadableFile(`nothing was kept as ${index}, before byte ${reader.offset}`);
};

/**
 * The operations of protocol 2 that a dictionary of tensors is written with, by their codes (CPython, Lib/pickle.py);
 * none other is needed. Those that build objects of classes by themselves (INST, OBJ, NEWOBJ, EXT) are not here, and
 * REDUCE calls only what {@link PickleNames} gave.
 */
const operations: Readonly<Record<string, (machine: Machine) => void>> = {
  // Constants
  N: ({ stack }) => stack.push(null),
  '\x88': ({ stack }) => stack.push(true),
  '\x89': ({ stack }) => stack.push(false),
  J: ({ stack, reader }) => stack.push(reader.int32()),
  K: ({ stack, reader }) => stack.push(reader.byte()),
  M: ({ stack, reader }) => stack.push(reader.uint16()),
  '\x8a': ({ stack, reader }) => stack.push(reader.long(reader.byte())),
  X: ({ stack, reader }) => stack.push(reader.text(reader.uint32())),
  // Tuples, lists and dictionaries
  '(': ({ stack, marks }) => marks.push(stack.length),
  ')': ({ stack }) => stack.push([]),
  t: (machine) => machine.stack.push(popToMark(machine)),
  '\x85': (machine) => machine.stack.push(popTuple(machine, 1)),
  '\x86': (machine) => machine.stack.push(popTuple(machine, 2)),
  '\x87': (machine) => machine.stack.push(popTuple(machine, 3)),
  ']': ({ stack }) => stack.push([]),
  a: (machine) => {
    const value = pop(machine);
    top(machine, Array, 'list').push(value);
  },
  e: (machine) => {
    const values = popToMark(machine);
    const list = top(machine, Array, 'list');
    for (const value of values) list.push(value);
  },
  '}': ({ stack }) => stack.push(new Map()),
  s: (machine) => {
    const pair = popTuple(machine, 2);
    setItems(machine, pair);
  },
  u: (machine) => setItems(machine, popToMark(machine)),
  // Values that come again
  q: ({ stack, memo, reader }) => memo.set(reader.byte(), stack.at(-1)),
  r: ({ stack, memo, reader }) => memo.set(reader.uint32(), stack.at(-1)),
  h: (machine) => machine.stack.push(recall(machine, machine.reader.byte())),
  j: (machine) => machine.stack.push(recall(machine, machine.reader.uint32())),
  // Names
  c: ({ stack, names, reader }) => stack.push(names.global(`${reader.line()} ${reader.line()}`)),
  Q: (machine) => machine.stack.push(machine.names.persistent(pop(machine))),
  R: (machine) => {
    const args = pop(machine);
    const call = pop(machine);
    if (typeof call !== 'function' || !Array.isArray(args)) {
      throw new UnreadableFile(`nothing to call, before byte ${machine.reader.offset}`);
    }
    machine.stack.push((call as PickleFunction)(args as readonly unknown[]));
  },
  // The state of a dictionary is what torch notes about its modules: nothing of ours.
  b: (machine) => {
    pop(machine);
    top(machine, Map, 'dictionary');
  },
};

const PROTO = 0x80;
const STOP = 0x2e;

/**
 * Reads one pickle, up to and with its end. Tuples and lists become arrays, dictionaries maps, long integers bigints.
 * Nothing in the file can run: names mean what the caller says, and all others are refused.
 * @throws UnreadableFile where it is cut off, uses another operation than those of a dictionary of tensors, or a name
 *   that is refused.
 */
export const unpickle = (reader: ByteReader, names: PickleNames): unknown => {
  const machine: Machine = { reader, names, stack: [], marks: [], memo: new Map() };
  for (;;) {
    const at = reader.offset;
    const code = reader.byte();
    if (code === STOP) break;
    if (code === PROTO) {
      const version = reader.byte();
      if (version > MOST_PROTOCOL) {
        throw new UnreadableFile(`the pickle at byte ${at} is of protocol ${version}, not 2`);
      }
      continue;
    }
    const operate = operations[String.fromCharCode(code)];
    if (operate === undefined) {
      throw new UnreadableFile(
        `byte ${at} is 0x${code.toString(16).padStart(2, '0')}, which is no operation that weights are written with`,
      );
    }
    operate(machine);
  }
  const value = pop(machine);
  if (machine.stack.length > 0 || machine.marks.length > 0) {
    throw new UnreadableFile(`the pickle before byte ${reader.offset} leaves values over`);
  }
  return value;
};
