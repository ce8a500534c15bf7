/** Rows of a CSV file that any spreadsheet can open, whatever is in its cells. No side effects. */
import { escapeControls } from '../../shared/protocol/escape-controls.ts'

/**
 * What a spreadsheet would run as a formula: at the beginning of a cell, or after a sign at which a reader of some language
 * begins a new cell, although it stands within quotes.
 */
const formulaStart = /(^|[,;\t|])([\s"']*)(?=[=+\-@])/g

/** @returns the row by RFC 4180 with its line end; every cell is in quotes, null is empty */
export function csvRow(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

/** For people and spreadsheets: the JSON receipt has every name unchanged. */
function cell(value: string | number | null): string {
  const text = escapeControls(String(value ?? '')).replace(formulaStart, "$1$2'")
  return `"${text.replaceAll('"', '""')}"`
}
