/** Renders pixels by exact means of areas: no filter, and so no pattern that only a filter makes. Pure. */
import { gridEdge, type Rendering } from './compare.ts'

/** Pixels in memory, 8 bits each, row after row. */
export interface Pixels {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  /** 3 for RGB; of any other number only the first counts, as grey. */
  readonly channels: number
}

/** How one row or column of pixels falls into the cells: into `cell` with this share, and the rest into the next one. */
interface Share {
  readonly cell: number
  readonly share: number
}

export function averageOf({ data, width, height, channels }: Pixels): Rendering {
  const [columns, rows] = [sharesOf(width), sharesOf(height)]
  const sums = new Float64Array(gridEdge * gridEdge * 3)
  const line = new Float64Array(gridEdge * 3)
  for (const [y, { cell, share }] of rows.entries()) {
    line.fill(0)
    addRow(line, data, { start: y * width * channels, channels, columns })
    const start = cell * line.length
    for (let at = 0; at < line.length; at++) {
      const sum = line[at] ?? 0
      sums[start + at] = (sums[start + at] ?? 0) + sum * share
      // What lies outside the last row has no share.
      if (share < 1)
        sums[start + line.length + at] = (sums[start + line.length + at] ?? 0) + sum * (1 - share)
    }
  }
  const area = (width / gridEdge) * (height / gridEdge)
  return Uint8Array.from(sums, (sum) => Math.round(sum / area))
}

interface Row {
  /** Of its first number. */
  readonly start: number
  readonly channels: number
  readonly columns: readonly Share[]
}

function addRow(line: Float64Array, data: Uint8Array, { start, channels, columns }: Row): void {
  const [green, blue] = channels === 3 ? [1, 2] : [0, 0]
  for (let x = 0; x < columns.length; x++) {
    const { cell, share } = columns[x] ?? { cell: 0, share: 0 }
    const at = start + x * channels
    addTo(line, cell * 3, share, data[at] ?? 0, data[at + green] ?? 0, data[at + blue] ?? 0)
    if (share < 1) {
      addTo(line, cell * 3 + 3, 1 - share, data[at] ?? 0, data[at + green] ?? 0, data[at + blue] ?? 0)
    }
  }
}

function addTo(line: Float64Array, at: number, share: number, r: number, g: number, b: number): void {
  line[at] = (line[at] ?? 0) + r * share
  line[at + 1] = (line[at + 1] ?? 0) + g * share
  line[at + 2] = (line[at + 2] ?? 0) + b * share
}

/** Pictures of fewer pixels than cells are not measured so: see `leastEdge`. */
function sharesOf(length: number): Share[] {
  return Array.from({ length }, (_, nth) => {
    const [start, end] = [(nth * gridEdge) / length, ((nth + 1) * gridEdge) / length]
    const cell = Math.min(gridEdge - 1, Math.floor(start))
    return { cell, share: end <= cell + 1 + 1e-9 ? 1 : (cell + 1 - start) / (end - start) }
  })
}

/** Below this a pixel would reach into three cells. */
export const leastEdge = gridEdge
