/** Builds ICC profiles of RGB spaces from their primaries and curves, for files that name their colours only by number. */

/** CIE 1931 xy chromaticities. */
export interface Primaries {
  readonly red: Chromaticity
  readonly green: Chromaticity
  readonly blue: Chromaticity
  readonly white: Chromaticity
}
type Chromaticity = readonly [x: number, y: number]
type Vector = readonly [number, number, number]
type Matrix = readonly [Vector, Vector, Vector]

/** A plain power, or ICC's parametric curve 3 (IEC 61966-2-1 for sRGB): (a·x + b)^g from d on, c·x below. */
export type Curve = number | readonly [g: number, a: number, b: number, c: number, d: number]

const d65: Chromaticity = [0.3127, 0.329]
export const srgbPrimaries: Primaries = {
  red: [0.64, 0.33],
  green: [0.3, 0.6],
  blue: [0.15, 0.06],
  white: d65,
}
export const displayP3Primaries: Primaries = {
  red: [0.68, 0.32],
  green: [0.265, 0.69],
  blue: [0.15, 0.06],
  white: d65,
}
export const bt2020Primaries: Primaries = {
  red: [0.708, 0.292],
  green: [0.17, 0.797],
  blue: [0.131, 0.046],
  white: d65,
}
export const adobeRgbPrimaries: Primaries = {
  red: [0.64, 0.33],
  green: [0.21, 0.71],
  blue: [0.15, 0.06],
  white: d65,
}
export const srgbCurve: Curve = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]
/** As Adobe RGB (1998) specifies it. */
export const adobeRgbCurve: Curve = 563 / 256

/** XYZ of the white of the profile connection space. */
const d50: Vector = [0.9642, 1, 0.8249]
const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
]
const headerBytes = 128
/** Tag table: a count, then signature, offset and size of each element. */
const [countBytes, rowBytes] = [4, 12]

/** @returns an ICC 4 display profile named `name` */
export function rgbProfile(name: string, primaries: Primaries, curve: Curve): Buffer {
  const [red, green, blue] = columns(adaptedMatrix(primaries))
  const curveTag = curveElement(curve)
  return assemble([
    ['desc', textElement(name)],
    ['cprt', textElement('CC0')],
    ['wtpt', xyzElement(d50)],
    ['rXYZ', xyzElement(red)],
    ['gXYZ', xyzElement(green)],
    ['bXYZ', xyzElement(blue)],
    ['rTRC', curveTag],
    ['gTRC', curveTag],
    ['bTRC', curveTag],
  ])
}

/** Linear RGB -> XYZ under D50. */
function adaptedMatrix({ red, green, blue, white }: Primaries): Matrix {
  const target = xyzOf(white)
  const unscaled = columns([xyzOf(red), xyzOf(green), xyzOf(blue)])
  const [r, g, b] = apply(inverse(unscaled), target)
  const toXyz = multiply(unscaled, diagonal([r, g, b]))
  const [from, to] = [apply(bradford, target), apply(bradford, d50)]
  const scale = diagonal([to[0] / from[0], to[1] / from[1], to[2] / from[2]])
  return multiply(multiply(inverse(bradford), multiply(scale, bradford)), toXyz)
}

function assemble(elements: readonly (readonly [tag: string, element: Buffer])[]): Buffer {
  const table = Buffer.alloc(countBytes + elements.length * rowBytes)
  table.writeUInt32BE(elements.length)
  let offset = headerBytes + table.length
  for (const [index, [tag, element]] of elements.entries()) {
    const row = countBytes + index * rowBytes
    table.write(tag, row, 'latin1')
    table.writeUInt32BE(offset, row + 4)
    table.writeUInt32BE(element.length, row + 8)
    offset += element.length
  }
  return Buffer.concat([header(offset), table, ...elements.map(([, element]) => element)])
}

/** ICC.1:2010, 7.2; the date is fixed, so that equal spaces give equal profiles. @param size of the profile, bytes */
function header(size: number): Buffer {
  const header = Buffer.alloc(headerBytes)
  header.writeUInt32BE(size)
  header.writeUInt32BE(0x04300000, 8)
  header.write('mntrRGB XYZ ', 12, 'latin1')
  header.set([0x07, 0xe9, 0, 1, 0, 1], 24)
  header.write('acsp', 36, 'latin1')
  for (const [index, value] of d50.entries()) header.writeInt32BE(fixed(value), 68 + index * 4)
  return header
}

/** A `multiLocalizedUnicodeType` with one text. */
function textElement(text: string): Buffer {
  const utf16 = Buffer.from(text, 'utf16le').swap16()
  const element = Buffer.alloc(28 + utf16.length + ((4 - (utf16.length % 4)) % 4))
  element.write('mluc', 'latin1')
  element.writeUInt32BE(1, 8)
  element.writeUInt32BE(12, 12)
  element.write('enUS', 16, 'latin1')
  element.writeUInt32BE(utf16.length, 20)
  element.writeUInt32BE(28, 24)
  utf16.copy(element, 28)
  return element
}

function xyzElement(xyz: Vector): Buffer {
  const element = Buffer.alloc(20)
  element.write('XYZ ', 'latin1')
  for (const [index, value] of xyz.entries()) element.writeInt32BE(fixed(value), 8 + index * 4)
  return element
}

function curveElement(curve: Curve): Buffer {
  const parameters = typeof curve === 'number' ? [curve] : curve
  const element = Buffer.alloc(12 + parameters.length * 4)
  element.write('para', 'latin1')
  element.writeUInt16BE(parameters.length === 1 ? 0 : 3, 8)
  for (const [index, value] of parameters.entries()) element.writeInt32BE(fixed(value), 12 + index * 4)
  return element
}

/** ICC's s15Fixed16Number. */
function fixed(value: number): number {
  return Math.round(value * 65_536)
}

function xyzOf([x, y]: Chromaticity): Vector {
  return [x / y, 1, (1 - x - y) / y]
}

function columns([a, b, c]: Matrix): Matrix {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ]
}

function apply([a, b, c]: Matrix, v: Vector): Vector {
  const dot = (row: Vector) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]
  return [dot(a), dot(b), dot(c)]
}

function multiply(left: Matrix, right: Matrix): Matrix {
  const [a, b, c] = columns(right)
  return columns([apply(left, a), apply(left, b), apply(left, c)])
}

function diagonal([a, b, c]: Vector): Matrix {
  return [
    [a, 0, 0],
    [0, b, 0],
    [0, 0, c],
  ]
}

function inverse([a, b, c]: Matrix): Matrix {
  const cross = (u: Vector, v: Vector): Vector => [
    u[1] * v[2] - u[2] * v[1],
    u[2] * v[0] - u[0] * v[2],
    u[0] * v[1] - u[1] * v[0],
  ]
  const [x, y, z] = [cross(b, c), cross(c, a), cross(a, b)]
  const size = a[0] * x[0] + a[1] * x[1] + a[2] * x[2]
  const scaled = (v: Vector): Vector => [v[0] / size, v[1] / size, v[2] / size]
  return columns([scaled(x), scaled(y), scaled(z)])
}
