/** A fact of a run, as every output shows it. */
export interface NamedLine {
  readonly name: string;
  readonly value: string;
}
