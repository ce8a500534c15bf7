/** What differs between the databases in the text of a statement. */
export interface Dialect {
  /** The condition that a column equals the parameter, byte for byte. */
  is(column: string): string
  /** A column as bytes, so that its values are in byte order. */
  bytes(column: string): string
  /** The column `stored_path` as it is indexed in byte order. */
  readonly pathInOrder: string
  /** The beginning of a statement that replaces a row with the same key. */
  readonly replace: string
}
