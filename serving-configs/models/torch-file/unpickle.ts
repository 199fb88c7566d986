import { type ByteReader, UnreadableFile } from './byte-reader.ts';

/** Resolves the names in a pickle. Both functions throw {@link UnreadableFile} for unknown names. */
export interface PickleNames {
  /** Resolves a class or function, such as `collections OrderedDict`. If the pickle calls it, it must be a function. */
  readonly global: (name: string) => unknown;
  /** Resolves an id that the writer of the pickle defined. */
  readonly persistent: (id: unknown) => unknown;
}

const MAX_PROTOCOL = 2;

/** The state of the stack machine. A mark is an earlier height of the stack. */
interface Machine {
  readonly reader: ByteReader;
  readonly names: PickleNames;
  readonly stack: unknown[];
  readonly marks: number[];
  readonly memo: Map<number, unknown>;
}

const malformed = ({ reader }: Machine): UnreadableFile =>
  new UnreadableFile(`the pickle is malformed before byte ${reader.offset}`);

const pop = (machine: Machine): unknown => {
  if (machine.stack.length === 0) throw malformed(machine);
  return machine.stack.pop();
};

const popToMark = (machine: Machine): unknown[] => {
  const height = machine.marks.pop();
  if (height === undefined) throw malformed(machine);
  return machine.stack.splice(height);
};

const popTuple = (machine: Machine, length: number): readonly unknown[] =>
  Array.from({ length }, () => pop(machine)).toReversed();

const pushTo = (machine: Machine, values: readonly unknown[]): void => {
  const list = machine.stack.at(-1);
  if (!Array.isArray(list)) throw malformed(machine);
  list.push(...values);
};

const setItems = (machine: Machine, items: readonly unknown[]): void => {
  const map = machine.stack.at(-1);
  if (!(map instanceof Map)) throw malformed(machine);
  for (let at = 0; at < items.length; at += 2) map.set(items[at], items[at + 1]);
};

const call = (machine: Machine): unknown => {
  const args = pop(machine);
  const callee = pop(machine);
  if (typeof callee !== 'function' || !Array.isArray(args)) throw malformed(machine);
  return (callee as (args: readonly unknown[]) => unknown)(args);
};

/**
 * The operations of protocol 2 that occur in a dictionary of tensors, by their codes (CPython, Lib/pickle.py). The operations that
 * create objects of any class (INST, OBJ, NEWOBJ, EXT) are missing on purpose, and REDUCE calls only functions from
 * {@link PickleNames}.
 */
const operations: Readonly<Record<string, (machine: Machine) => void>> = {
  // Constants
  N: ({ stack }) => stack.push(null),
  '\x88': ({ stack }) => stack.push(true),
  '\x89': ({ stack }) => stack.push(false),
  J: ({ stack, reader }) => stack.push(reader.int32()),
  K: ({ stack, reader }) => stack.push(reader.byte()),
  M: ({ stack, reader }) => stack.push(reader.uint16()),
  X: ({ stack, reader }) => stack.push(reader.text(reader.uint32())),
  // Tuples, lists and dictionaries
  '(': ({ stack, marks }) => marks.push(stack.length),
  ')': ({ stack }) => stack.push([]),
  t: (machine) => machine.stack.push(popToMark(machine)),
  '\x85': (machine) => machine.stack.push(popTuple(machine, 1)),
  '\x86': (machine) => machine.stack.push(popTuple(machine, 2)),
  '\x87': (machine) => machine.stack.push(popTuple(machine, 3)),
  ']': ({ stack }) => stack.push([]),
  a: (machine) => pushTo(machine, popTuple(machine, 1)),
  e: (machine) => pushTo(machine, popToMark(machine)),
  '}': ({ stack }) => stack.push(new Map()),
  s: (machine) => setItems(machine, popTuple(machine, 2)),
  u: (machine) => setItems(machine, popToMark(machine)),
  // Values that occur again
  q: ({ stack, memo, reader }) => memo.set(reader.byte(), stack.at(-1)),
  r: ({ stack, memo, reader }) => memo.set(reader.uint32(), stack.at(-1)),
  h: ({ stack, memo, reader }) => stack.push(memo.get(reader.byte())),
  j: ({ stack, memo, reader }) => stack.push(memo.get(reader.uint32())),
  // Names
  c: ({ stack, names, reader }) => stack.push(names.global(`${reader.line()} ${reader.line()}`)),
  Q: (machine) => machine.stack.push(machine.names.persistent(pop(machine))),
  R: (machine) => machine.stack.push(call(machine)),
  // The state of the dictionary has torch's facts about modules, which we do not need.
  b: (machine) => void pop(machine),
};

const PROTO = 0x80;
const STOP = 0x2e;

/**
 * Reads one pickle, including its end. Tuples and lists become arrays, dictionaries become maps.
 * Does not execute anything in the file: the caller resolves all names.
 * @throws UnreadableFile if the pickle is cut off, or contains an unknown name or an operation that no dictionary of tensors needs.
 */
export const unpickle = (reader: ByteReader, names: PickleNames): unknown => {
  const machine: Machine = { reader, names, stack: [], marks: [], memo: new Map() };
  for (;;) {
    const code = reader.byte();
    if (code === STOP) return pop(machine);
    const operate = operations[String.fromCharCode(code)];
    if (operate !== undefined) operate(machine);
    else if (code !== PROTO || reader.byte() > MAX_PROTOCOL) throw malformed(machine);
  }
};
