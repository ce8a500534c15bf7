/** Reads IPTC records (IPTC-NAA IIM 4) and the resources of Photoshop that carry them. */

export interface IptcField {
  readonly record: number
  readonly dataset: number
  /** A view of the records. */
  readonly value: Buffer
}

const tagMarker = 0x1c
const maxFields = 10_000

/** IIM 4, 1.6: marker, record, dataset, length, value. Stops at the first that is not built so. */
export function iptcFields(records: Buffer): IptcField[] {
  const fields: IptcField[] = []
  let at = 0
  while (at + 5 <= records.length && records[at] === tagMarker && fields.length < maxFields) {
    const [record = 0, dataset = 0] = records.subarray(at + 1, at + 3)
    const short = records.readUInt16BE(at + 3)
    // The highest bit says that the length itself follows, in so many bytes.
    const lengthBytes = short & 0x8000 ? short & 0x7fff : 0
    if (lengthBytes > 4 || at + 5 + lengthBytes > records.length) break
    const length = lengthBytes === 0 ? short : records.readUIntBE(at + 5, lengthBytes)
    const start = at + 5 + lengthBytes
    if (start + length > records.length) break
    fields.push({ record, dataset, value: records.subarray(start, start + length) })
    at = start + length
  }
  return fields
}

interface PhotoshopResource {
  readonly id: number
  /** A view of the resources. */
  readonly value: Buffer
}

/** The resources that are metadata (Adobe Photoshop File Formats). */
export const photoshopIds = { iptc: 0x0404, exif: 0x0422, exif3: 0x0423, xmp: 0x0424 } as const
const resourceSignature = '8BIM'

/** Signature, number, a name padded to an even length, the size, the value, padded too. */
export function photoshopResources(resources: Buffer): PhotoshopResource[] {
  const found: PhotoshopResource[] = []
  let at = 0
  while (at + 12 <= resources.length && resources.toString('latin1', at, at + 4) === resourceSignature) {
    const id = resources.readUInt16BE(at + 4)
    const nameBytes = 1 + (resources[at + 6] ?? 0)
    const sizeAt = at + 6 + nameBytes + (nameBytes % 2)
    if (sizeAt + 4 > resources.length) break
    const size = resources.readUInt32BE(sizeAt)
    const start = sizeAt + 4
    if (start + size > resources.length) break
    found.push({ id, value: resources.subarray(start, start + size) })
    at = start + size + (size % 2)
  }
  return found
}

/** IPTC records as the only resource of a Photoshop block. */
export function asPhotoshopResource(records: Buffer): Buffer {
  const head = Buffer.alloc(12)
  head.write(resourceSignature, 'latin1')
  head.writeUInt16BE(photoshopIds.iptc, 4)
  head.writeUInt32BE(records.length, 8)
  return Buffer.concat([head, records, Buffer.alloc(records.length % 2)])
}
