/** Blanks coordinates in the texts of IPTC records. Place names that somebody typed stay. */
import { iptcFields } from '../metadata/iptc.ts'
import { hasCoordinates } from './coordinates.ts'

/** Blanks in place. */
export function removeIptcPlace(records: Buffer): void {
  for (const { value } of iptcFields(records)) {
    if (hasCoordinates(value.toString('utf8'))) value.fill(0x20)
  }
}

export function tellsIptcPlace(records: Buffer): boolean {
  return iptcFields(records).some(({ value }) => hasCoordinates(value.toString('utf8')))
}
