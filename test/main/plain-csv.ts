/** Receipts as tests read them. */

/** The cells of a CSV text by RFC 4180, row by row, without the byte order mark. */
export function csvRows(text: string, separator = ','): string[][] {
  const rows: string[][] = []
  let [row, cell, isQuoted]: [string[], string, boolean] = [[], '', false]
  const endCell = () => {
    row.push(cell)
    cell = ''
  }
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; at++) {
    const sign = text[at] ?? ''
    if (sign === '"' && isQuoted && text[at + 1] === '"') cell += text[at++]
    else if (sign === '"') isQuoted = !isQuoted
    else if (isQuoted || (sign !== separator && sign !== '\r' && sign !== '\n')) cell += sign
    else if (sign === separator) endCell()
    else if (sign === '\n') {
      endCell()
      rows.push(row)
      row = []
    }
  }
  return rows
}

/** The same with quotes only where they are needed, so that a test shows what it expects. */
export function plainCsv(text: string): string {
  const plain = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  return csvRows(text)
    .map((row) => `${row.map(plain).join(',')}\r\n`)
    .join('')
}
